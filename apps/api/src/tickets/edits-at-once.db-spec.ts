import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthApp, type Person, startAuthApp } from '../../test-support/auth-app.js';
import { databaseKinds } from '../../test-support/test-databases.js';

const AT_ONCE = 6;

describe.each(databaseKinds)('Edits at the same time, on %s', (kind) => {
  let test: AuthApp;
  let admin: Person;

  beforeAll(async () => {
    test = await startAuthApp(kind);
    admin = await test.administrator();
    await test.post('/api/v1/platforms', { name: 'home', pretty_name: 'Home' }, admin.token);
    for (const number of ['A', 'B', 'C']) {
      await test.post('/api/v1/tickets', { number, platform: 'home' }, admin.token);
    }
  });

  afterAll(() => test.close());

  const patch = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    test.request<{ version: number }>('PATCH', path, { token: admin.token, body, headers });
  const versionOf = async (path: string) => (await test.get<{ version: number }>(path, admin.token)).body.version;
  const atOnce = <T>(edit: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: AT_ONCE }, (_, index) => edit(index)));

  it.each([
    ['a ticket', '/api/v1/tickets/A', (index: number) => ({ note: `note ${index}` })],
    ['a platform', '/api/v1/platforms/home', (index: number) => ({ pretty_name: `Home ${index}` })],
  ])('of %s are all taken where nobody asked for a version', async (_what, path, bodyOf) => {
    const before = await versionOf(path);
    const replies = await atOnce((index) => patch(path, bodyOf(index)));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(await versionOf(path)).toBe(before + AT_ONCE);
  });

  it('with the same If-Match are taken once, and 412 for the others', async () => {
    const ifMatch = `"${await versionOf('/api/v1/tickets/B')}"`;
    const edit = (index: number) => patch('/api/v1/tickets/B', { note: `note ${index}` }, { 'if-match': ifMatch });
    const statuses = (await atOnce(edit)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: AT_ONCE - 1 }, () => 412)]);
  });

  it('do not keep tickets from being resolved together', async () => {
    const resolve = (numbers: readonly string[], resolved: boolean) =>
      test.post('/api/v1/tickets/resolve', { numbers, resolved }, admin.token);
    const replies = await atOnce((index) => {
      if (index % 3 === 0) return patch('/api/v1/tickets/C', { note: `note ${index}` });
      return resolve(index % 3 === 1 ? ['A', 'B', 'C'] : ['C', 'B', 'A'], index < 3);
    });
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
  });
});
