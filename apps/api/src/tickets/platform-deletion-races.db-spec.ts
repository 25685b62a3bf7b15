import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthApp, type Person, startAuthApp } from '../../test-support/auth-app.js';
import { databaseKinds } from '../../test-support/test-databases.js';
import { Database } from '../database/database.js';

const ROUNDS = 4;
const AT_ONCE = 6;
const QUEUEING_MS = 40;

describe.each(databaseKinds)('A platform that goes while tickets come, on %s', (kind) => {
  let test: AuthApp;
  let admin: Person;
  let rounds = 0;

  beforeAll(async () => {
    test = await startAuthApp(kind);
    admin = await test.administrator();
    await makePlatform('home');
  });

  afterAll(() => test.close());

  async function makePlatform(name: string): Promise<string> {
    expect((await test.post('/api/v1/platforms', { name, pretty_name: name }, admin.token)).status).toBe(201);
    return name;
  }

  const create = (number: string, platform: string) => test.post('/api/v1/tickets', { number, platform }, admin.token);
  const move = (number: string, platform: string) =>
    test.request('PATCH', `/api/v1/tickets/${number}`, { token: admin.token, body: { platform } });
  const statusOf = async (number: string) =>
    (await test.request('GET', `/api/v1/tickets/${number}`, { token: admin.token })).status;
  const deletedByTrail = async () =>
    (await test.trail()).filter(({ action }) => action === 'ticket.deleted').map(({ targetName }) => targetName);

  /** Runs `work` beside the deletion of a new platform, which begins before, among or after it. */
  async function beside<T>(query: string, work: (platform: string, number: string) => Promise<T>) {
    rounds += 1;
    const platform = await makePlatform(`p-${rounds}`);
    const numbers = Array.from({ length: AT_ONCE }, (_, index) => `R${rounds}-${index}`);
    const remove = () => test.request('DELETE', `/api/v1/platforms/${platform}${query}`, { token: admin.token });
    const jobs: (() => Promise<unknown>)[] = numbers.map((number) => () => work(platform, number));
    jobs.splice(rounds % AT_ONCE, 0, remove);
    // On SQLite writers wait for each other: here all of them until everybody has looked and nobody has written.
    const writing = test.app.get(Database).transaction(() => delay(QUEUEING_MS));
    const results = await Promise.all(jobs.map((job) => job()));
    await writing;
    const [removal] = results.splice(rounds % AT_ONCE, 1) as [{ status: number; body: { code?: string } }];
    return { platform, removal, replies: numbers.map((number, index) => ({ number, reply: results[index] as T })) };
  }

  it('refuses a ticket, or deletes it with an entry in the trail; none vanishes silently', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { removal, replies } = await beside('?cascade=true', (platform, number) => create(number, platform));
      expect(removal.status).toBe(204);
      const deleted = await deletedByTrail();
      for (const { number, reply } of replies) {
        expect([201, 404]).toContain(reply.status);
        if (reply.status === 404) expect(reply.body.code).toBe('platform_not_found');
        expect([number, await statusOf(number), deleted.includes(number)]).toEqual([number, 404, reply.status === 201]);
      }
    }
  });

  it('is not deleted without cascade once a ticket was accepted, and a deleted one accepts none', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { removal, replies } = await beside('', (platform, number) => create(number, platform));
      const accepted = replies.filter(({ reply }) => reply.status === 201);
      expect(removal.status).toBe(accepted.length > 0 ? 409 : 204);
      for (const { number } of accepted) expect(await statusOf(number)).toBe(200);
    }
  });

  it('takes a ticket along that was moved to it before, and none that was moved away', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { replies } = await beside('?cascade=true', async (platform, number) => {
        const isGuest = number.endsWith('0') || number.endsWith('1');
        const created = await create(number, isGuest ? platform : 'home');
        if (created.status !== 201) return { isMoved: false, isCreated: false, isGuest };
        const moved = await move(number, isGuest ? 'home' : platform);
        return { isMoved: moved.status === 200, isCreated: true, isGuest };
      });
      const deleted = await deletedByTrail();
      for (const { number, reply } of replies) {
        const isAtHome = reply.isGuest === reply.isMoved;
        expect([number, await statusOf(number)]).toEqual([number, reply.isCreated && isAtHome ? 200 : 404]);
        expect([number, deleted.includes(number)]).toEqual([number, reply.isCreated && !isAtHome]);
      }
    }
  });
});
