import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { AuthApp, PASSWORD, startAuthApp, startOn } from '../../../test-support/auth-app.js';
import { createTestDatabase, databaseKinds } from '../../../test-support/test-databases.js';
import { Database } from '../../database/database.js';
import { User } from '../users/user.entity.js';
import { SetupService } from './setup.service.js';

jest.setTimeout(120_000);

describe.each(databaseKinds)('The first administrator on %s', (kind) => {
  const running: AuthApp[] = [];
  const keep = (app: AuthApp): AuthApp => {
    running.unshift(app);
    return app;
  };
  const administrators = (test: AuthApp) => test.app.get(Database).repository(User).countBy({ role: 'admin' });

  afterEach(async () => {
    for (const app of running.splice(0)) await app.close();
  });

  it('is made once, when twenty bring the code at the same time, and then the route is gone', async () => {
    const test = keep(await startAuthApp(kind));
    const code = test.setupCode();
    const path = join(test.directory, 'setup-link');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        test.post('/api/v1/setup', { code, username: `root-${index}`, password: PASSWORD }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(19);
    expect(await administrators(test)).toBe(1);
    expect(existsSync(path)).toBe(false);
    expect((await test.post('/api/v1/setup', { code, username: 'late', password: PASSWORD })).status).toBe(404);
    expect((await test.post('/api/v1/setup', {})).status).toBe(404);
  });

  it('needs the code, within its hour, and a password that passes', async () => {
    const test = keep(await startAuthApp(kind));
    const code = test.setupCode();
    const post = (body: object) =>
      test.post('/api/v1/setup', { code, username: 'root-user', password: PASSWORD, ...body });
    expect((await post({ code: 'guessed' })).body.code).toBe('setup_code_invalid');
    expect((await post({ password: 'short' })).body).toMatchObject({ status: 422, errors: [{ pointer: '/password' }] });
    expect((await post({ username: 'a b' })).body).toMatchObject({ status: 422, errors: [{ pointer: '/username' }] });
    expect((await post({ role: 'admin' })).status).toBe(422);
    test.advance(3_600_001);
    expect((await post({})).body.code).toBe('setup_code_invalid');
    expect(await test.app.get(SetupService).announce()).toBe('link');
    expect((await test.setUp()).status).toBe(201);
  });

  it('is one, when a second replica (on SQLite: a restart) has made a link too', async () => {
    const database = await createTestDatabase(kind);
    const first = keep(await startOn(database, {}, () => database.drop()));
    const codes = [first.setupCode()];
    if (kind === 'sqlite') await first.app.close();
    const second = keep(await startOn(database, { DATA_DIR: first.directory }));
    codes.push(second.setupCode());
    const replicas = kind === 'sqlite' ? [second] : [first, second];
    const answers = await Promise.all(
      [0, 1, 2, 3].map((index) =>
        (replicas[index % replicas.length] ?? second).post('/api/v1/setup', {
          code: codes[index >> 1],
          username: `root-${index}`,
          password: PASSWORD,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await administrators(second)).toBe(1);
    expect(await second.app.get(SetupService).announce()).toBe('exists');
  });

  it('comes from the settings when they name one and no user exists, and from them once', async () => {
    const database = await createTestDatabase(kind);
    const settings = { ADMIN_USERNAME: 'From-Settings', ADMIN_PASSWORD: PASSWORD };
    const test = keep(await startOn(database, settings, () => database.drop()));
    await test.app.close();
    const next = keep(await startOn(database, { ...settings, DATA_DIR: test.directory }));
    expect(existsSync(join(test.directory, 'setup-link'))).toBe(false);
    expect((await next.login('from-settings', PASSWORD)).status).toBe(200);
    expect(await administrators(next)).toBe(1);
    expect((await next.post('/api/v1/setup', {})).status).toBe(404);
  });
});
