import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type AuthApp, PASSWORD, type Person, startOn } from '../../test-support/auth-app.js';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-databases.js';

// Each test starts the application two or three times and hashes passwords.
jest.setTimeout(60_000);

const FIRST = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6';
const SECOND = 'q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6';
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
  const made = await test.post('/api/v1/auth/api-keys', { label: 'script', scopes: ['read'] }, admin.token);
  await test.post('/api/v1/platforms', { name: 'vmmanager-6', pretty_name: 'VMmanager 6' }, admin.token);
  const ticket = await test.post('/api/v1/tickets', { number: 'SUP-1', platform: 'vmmanager-6' }, admin.token);
  const invited = await test.post('/api/v1/users', { username: 'colleague', role: 'staff' }, admin.token);
  const login = await test.login(admin.username, PASSWORD, test.code(admin.secret));
  return {
    admin,
    ...{ access: login.body.access, refresh: login.body.refresh, apiKey: made.body.key },
    ...{ uploadToken: ticket.body.token, invitation: invited.body.invitation.url.split('#')[1] },
  };
}

describe.each(['sqlite', 'postgres 18'] as const)('After SECRET_KEY was replaced, on %s', (kind) => {
  let database: TestDatabase;
  let first: AuthApp;
  let before: Before;
  let rotated: AuthApp;
  let isRotatedOpen: boolean;

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

  it('everybody stays logged in, and logs in as before', async () => {
    const { admin, access, refresh, apiKey } = before;
    expect((await rotated.get('/api/v1/auth/me', access)).status).toBe(200);
    expect((await rotated.get('/api/v1/auth/me', apiKey)).status).toBe(200);
    const renewed = await rotated.post('/api/v1/auth/token/refresh', { refresh });
    expect((await rotated.get('/api/v1/auth/me', renewed.body.access)).status).toBe(200);
    expect((await rotated.login(admin.username, PASSWORD, rotated.code(admin.secret))).status).toBe(200);
    expect((await rotated.login(admin.username, PASSWORD, admin.recoveryCodes[0])).status).toBe(200);
    expect((await rotated.login(admin.username, PASSWORD, admin.recoveryCodes[0])).status).toBe(401);
  });

  it('an invitation that is under way is accepted', async () => {
    const person = await rotated.accept(before.invitation, 'colleague');
    expect((await rotated.get('/api/v1/auth/me', person.token)).status).toBe(200);
  });

  it('the upload tokens of customers are shown and taken, old ones as new ones', async () => {
    const { access, uploadToken } = before;
    expect((await rotated.get('/api/v1/tickets/SUP-1', access)).body.token).toBe(uploadToken);
    const again = await rotated.post('/api/v1/tickets', { number: 'SUP-2', platform: 'vmmanager-6' }, access);
    for (const token of [uploadToken, again.body.token]) {
      const check = await rotated.request('GET', '/api/v1/check/token', { headers: { 'upload-token': token } });
      expect([check.status, check.body.attempts]).toEqual([200, 5]);
    }
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
});
