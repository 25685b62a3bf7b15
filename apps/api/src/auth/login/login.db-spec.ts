import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  type Answer,
  AuthApp,
  type Login,
  PASSWORD,
  type Person,
  startAuthApp,
} from '../../../test-support/auth-app.js';
import { databaseKinds } from '../../../test-support/test-databases.js';
import { Database } from '../../database/database.js';
import { User } from '../users/user.entity.js';

jest.setTimeout(120_000);

const succeeded = (answers: readonly Answer<Login>[]): Answer<Login>[] =>
  answers.filter(({ status }) => status === 200);

describe.each(databaseKinds)('Logging in on %s', (kind) => {
  let test: AuthApp;
  let admin: Person;

  beforeEach(async () => {
    test = await startAuthApp(kind);
    admin = await test.administrator();
  });

  afterEach(() => test.close());

  const attempt = (password: string, otp?: string, username = admin.username, address = '192.0.2.1') =>
    test.request<Login>('POST', '/api/v1/auth/token', { body: { username, password, otp }, address });

  it('accepts one TOTP code once, when fifty bring it at the same time (ASVS 5.0.0-6.5.1)', async () => {
    const otp = test.code(admin.secret);
    const answers = await Promise.all(Array.from({ length: 50 }, () => test.login(admin.username, PASSWORD, otp)));
    expect(succeeded(answers)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200))
      expect([status, body.code]).toEqual(status === 429 ? [429, 'too_many_requests'] : [401, 'two_factor_required']);
  });

  it('accepts one recovery code once, when twenty bring it at the same time', async () => {
    const [code = ''] = admin.recoveryCodes;
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.login(admin.username, PASSWORD, code)));
    expect(succeeded(answers)).toHaveLength(1);
    const me = await test.get('/api/v1/auth/me', succeeded(answers)[0]?.body.access);
    expect(me.body.two_factor).toMatchObject({ enrolled: true, recovery_codes_left: 9 });
  });

  it('asks for the second factor only after the right password, with one answer for none and a wrong one', async () => {
    const wrong = String((Number(test.code(admin.secret)) + 1) % 1_000_000).padStart(6, '0');
    const answers = [await attempt(PASSWORD), await attempt(PASSWORD, wrong), await attempt(PASSWORD, 'nonsense')];
    for (const { status, body } of answers) expect([status, body.code]).toEqual([401, 'two_factor_required']);
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1);
    expect((await attempt('a wrong password', test.code(admin.secret))).body.code).toBe('invalid_credentials');
  });

  it('answers alike for an unknown user, a wrong password, an invited and a deactivated one (ASVS 5.0.0-6.3.8)', async () => {
    await test.post('/api/v1/users', { username: 'invited', role: 'viewer' }, admin.token);
    await test.invite(admin, 'leaver', 'viewer');
    expect((await test.request('DELETE', '/api/v1/users/leaver', { token: admin.token })).status).toBe(204);
    const answers = [
      await attempt('a wrong password'),
      await attempt(PASSWORD, undefined, 'nobody'),
      await attempt(PASSWORD, undefined, 'invited'),
      await attempt(PASSWORD, undefined, 'leaver'),
    ];
    const shown = answers.map(({ status, headers, body: { request_id: _, ...body } }) => ({
      status,
      body,
      challenge: headers['www-authenticate'],
    }));
    expect(new Set(shown.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(shown[0]).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
      challenge: expect.any(String),
    });
  });

  it('slows down an account that is guessed at, for the right password too, and says for how long', async () => {
    test.freeze();
    for (let count = 0; count < 6; count += 1)
      expect((await attempt(`wrong ${count}`, undefined, 'victim', `198.51.100.${count}`)).status).toBe(401);
    const blocked = await attempt('wrong', undefined, 'victim', '198.51.100.9');
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '1']);
    test.advance(1_000);
    expect((await attempt('wrong', undefined, 'victim', '198.51.100.9')).status).toBe(401);
    const longer = await attempt('wrong', undefined, 'victim', '198.51.100.9');
    expect([longer.status, longer.headers['retry-after']]).toEqual([429, '2']);
  });

  it('counts guesses that are made at the same time one after another', async () => {
    test.freeze();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => attempt(`wrong ${index}`, undefined, 'victim', `198.51.100.${index}`)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(6);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(34);
  });

  it('does not let strangers lock the owner out of a place where the owner is known', async () => {
    for (let count = 0; count < 8; count += 1) await attempt('wrong', undefined, admin.username, '198.51.100.7');
    expect((await attempt(PASSWORD, undefined, admin.username, '198.51.100.8')).status).toBe(429);
    expect((await attempt(PASSWORD, test.code(admin.secret), admin.username, '192.0.2.1')).status).toBe(200);
  });

  it('never locks out for good: a quarter of an hour is the longest', async () => {
    for (let count = 0; count < 30; count += 1) {
      test.advance(900_000);
      expect((await attempt('wrong', undefined, 'victim', '198.51.100.7')).status).toBe(401);
    }
    expect(
      Number((await attempt('wrong', undefined, 'victim', '198.51.100.7')).headers['retry-after']),
    ).toBeLessThanOrEqual(900);
  });

  it('takes recovery codes only after ten wrong codes in an hour', async () => {
    for (let count = 0; count < 10; count += 1) {
      test.advance(20_000);
      const { status } = await attempt(PASSWORD, '000000');
      expect(status === 401 || status === 429).toBe(true);
      if (status === 429) {
        test.advance(130_000);
        await attempt(PASSWORD, '000000');
      }
    }
    test.advance(900_000);
    const throttled = await attempt(PASSWORD, test.code(admin.secret));
    expect([throttled.status, Number(throttled.headers['retry-after']) > 60]).toEqual([429, true]);
    expect((await attempt(PASSWORD, admin.recoveryCodes[1])).status).toBe(200);
    test.advance(3_600_000);
    expect((await attempt(PASSWORD, test.code(admin.secret))).status).toBe(200);
  });

  it('rehashes a password that was stored at another cost', async () => {
    const cheap = '$argon2id$v=19$m=8192,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$';
    const { argon2Sync } = await import('node:crypto');
    const hash = argon2Sync('argon2id', {
      ...{ message: PASSWORD, nonce: Buffer.alloc(16, 7), parallelism: 1, tagLength: 32, memory: 8_192, passes: 1 },
    });
    const database = test.app.get(Database);
    const passwordHash = cheap + hash.toString('base64').replace(/=+$/, '');
    await database.transaction(() => database.repository(User).update({ username: admin.username }, { passwordHash }));
    expect((await attempt(PASSWORD, test.code(admin.secret))).status).toBe(200);
    const user = await database.repository(User).findOneByOrFail({ username: admin.username });
    expect(user.passwordHash).toMatch(/m=19456,t=2,p=1/);
    test.advance(30_000);
    expect((await attempt(PASSWORD, test.code(admin.secret))).status).toBe(200);
  });

  it('writes every outcome to the trail, and never what was typed', async () => {
    await attempt('canary-in-the-password', undefined, 'canary-in-the-name');
    await attempt('canary-in-the-password');
    await attempt(PASSWORD, test.code(admin.secret));
    const events = await test.trail();
    expect(events.slice(-3).map(({ action, targetName }) => [action, targetName])).toEqual([
      ['login.failed', null],
      ['login.failed', admin.username],
      ['login.succeeded', null],
    ]);
    expect(JSON.stringify(events)).not.toContain('canary');
  });
});
