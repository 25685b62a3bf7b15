import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { type AuthApp, codeOf, PASSWORD, type Person, startOn } from '../../test-support/auth-app.js';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-databases.js';
import { entities } from '../app.entities.js';
import { AuditSealer } from '../audit/audit-sealer.js';
import { AuditVerifier } from '../audit/audit-verifier.js';
import { Database } from '../database/database.js';
import { openInstallation } from '../database/installation.js';
import { Meta } from '../database/meta.entity.js';
import type { MadeApiKeyView } from './api-keys/api-keys.dto.js';
import type { InvitedUserView } from './users/users.dto.js';

// Each test starts the application two or three times and hashes passwords.
jest.setTimeout(120_000);

const FIRST = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6';
const SECOND = 'q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6';
const THIRD = 'm1N2b3V4c5X6z7L8k9J0h1G2f3D4s5A6';
const MINUTE = 60_000;

/** What was made before the key was replaced. */
interface Before {
  readonly admin: Person;
  readonly access: string;
  readonly refresh: string;
  readonly apiKey: string;
  readonly uploadToken: string;
  readonly invitation: string;
}

async function live(test: AuthApp): Promise<Before> {
  const admin = await test.administrator();
  const made = await test.post<MadeApiKeyView>(
    '/api/v1/auth/api-keys',
    { label: 'script', scopes: ['read'] },
    admin.token,
  );
  await test.post('/api/v1/platforms', { name: 'vmmanager-6', pretty_name: 'VMmanager 6' }, admin.token);
  const ticket = await test.post<{ token: string }>(
    '/api/v1/tickets',
    { number: 'SUP-1', platform: 'vmmanager-6' },
    admin.token,
  );
  const invited = await test.post<InvitedUserView>(
    '/api/v1/users',
    { username: 'colleague', role: 'staff' },
    admin.token,
  );
  const login = await test.login(admin.username, PASSWORD, test.code(admin.secret));
  await test.app.get(AuditSealer).sealPending();
  return {
    admin,
    ...{ access: login.body.access, refresh: login.body.refresh, apiKey: made.body.key },
    ...{ uploadToken: ticket.body.token, invitation: codeOf(invited.body) },
  };
}

async function expectAccess(test: AuthApp, { admin, access, refresh, apiKey }: Before): Promise<void> {
  expect((await test.get('/api/v1/auth/me', access)).status).toBe(200);
  expect((await test.get('/api/v1/auth/me', apiKey)).status).toBe(200);
  const renewed = await test.refresh(refresh);
  expect((await test.get('/api/v1/auth/me', renewed.body.access)).status).toBe(200);
  expect((await test.login(admin.username, PASSWORD, test.code(admin.secret))).status).toBe(200);
  expect((await test.login(admin.username, PASSWORD, admin.recoveryCodes[0])).status).toBe(200);
  expect((await test.login(admin.username, PASSWORD, admin.recoveryCodes[0])).status).toBe(401);
}

async function expectInvitation(test: AuthApp, before: Before): Promise<void> {
  const person = await test.accept(before.invitation, 'colleague');
  expect((await test.get('/api/v1/auth/me', person.token)).status).toBe(200);
}

async function expectTokens(test: AuthApp, { access, uploadToken }: Before): Promise<void> {
  expect((await test.get('/api/v1/tickets/SUP-1', access)).body.token).toBe(uploadToken);
  const again = await test.post<{ token: string }>(
    '/api/v1/tickets',
    { number: 'SUP-2', platform: 'vmmanager-6' },
    access,
  );
  for (const token of [uploadToken, again.body.token]) {
    const check = await test.request('GET', '/api/v1/check/token', { headers: { 'upload-token': token } });
    expect([check.status, check.body.attempts]).toEqual([200, 5]);
  }
}

describe.each(['sqlite', 'postgres 18'] as const)('After SECRET_KEY was replaced, on %s', (kind) => {
  let database: TestDatabase;
  let first: AuthApp;
  let before: Before;
  let rotated: AuthApp;
  let isRotatedOpen: boolean;

  /** Resolves once the running application has put everything under its own key. */
  async function sealedAnew(): Promise<void> {
    const isMarked = () => rotated.app.get(Database).repository(Meta).existsBy({ key: 'key_check_previous' });
    for (let tries = 0; await isMarked(); tries += 1) {
      if (tries > 500) throw new Error('still not sealed anew');
      await delay(20);
    }
  }

  const start = (keys: Readonly<Record<string, string>>) => startOn(database, { DATA_DIR: first.directory, ...keys });

  beforeEach(async () => {
    database = await createTestDatabase(kind);
    first = await startOn(database, { SECRET_KEY: FIRST });
    before = await live(first);
    await first.app.close();
    rotated = await start({ SECRET_KEY: SECOND, SECRET_KEY_PREVIOUS: FIRST });
    isRotatedOpen = true;
    rotated.advance(2 * MINUTE);
  });

  afterEach(async () => {
    if (isRotatedOpen) await rotated.close();
    await database.drop();
  });

  it('everybody stays logged in, and logs in as before', () => expectAccess(rotated, before));

  it('an invitation that is under way is accepted', () => expectInvitation(rotated, before));

  it('the upload tokens of customers are shown and taken, old ones as new ones', () => expectTokens(rotated, before));

  it('nothing needs the previous key once all is sealed anew, after another change of the key neither', async () => {
    await sealedAnew();
    await rotated.app.close();
    rotated = await start({ SECRET_KEY: THIRD, SECRET_KEY_PREVIOUS: SECOND });
    await sealedAnew();
    await rotated.app.close();
    rotated = await start({ SECRET_KEY: THIRD });
    rotated.advance(2 * MINUTE);
    // Only access tokens, which last for ten minutes, went with their key.
    const renewed = await rotated.refresh(before.refresh);
    const now = { ...before, access: renewed.body.access };
    await expectTokens(rotated, now);
    await expectInvitation(rotated, now);
    await expectAccess(rotated, now);
    const { end, faults } = await rotated.app.get(AuditVerifier).verify(() => undefined);
    expect([end.position > 0, faults]).toEqual([true, 0]);
  });

  it.each([
    ['the old key alone', { SECRET_KEY: FIRST }],
    ['another key', { SECRET_KEY: 'z1X2c3V4b5N6m7A8s9D0f1G2h3J4k5L6' }],
  ])('%s is refused in words that name the setting and no key', async (_, keys) => {
    await rotated.app.close();
    isRotatedOpen = false;
    const refusal = await start(keys).then(() => 'started', String);
    expect(refusal).toMatch(/SECRET_KEY.*is not the key that this database was made with.*SECRET_KEY_PREVIOUS/);
    expect(refusal).not.toContain(keys.SECRET_KEY);
  });

  it('the previous key cannot be dropped while something may still be sealed with it', async () => {
    await rotated.app.close();
    isRotatedOpen = false;
    // A start that ended before it had sealed anything anew.
    const settings = { DATA_DIR: first.directory, DB_URL: database.target };
    await (await openInstallation(settings, new KeyRing(SECOND, FIRST), entities)).close();
    const refusal = await start({ SECRET_KEY: SECOND }).then(() => 'started', String);
    expect(refusal).toMatch(/SECRET_KEY_PREVIOUS is missing: .*sealed with.*Nothing was touched/);
    expect(refusal).not.toContain(FIRST);
    const other = await start({ SECRET_KEY: SECOND, SECRET_KEY_PREVIOUS: 'z1X2c3V4b5N6m7A8s9D0f1G2h3J4k5L6' }).catch(
      String,
    );
    expect(other).toMatch(/SECRET_KEY_PREVIOUS is not the key that is needed/);
  });
});
