import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AuthApp, type Person, startAuthApp } from '../../test-support/auth-app.js';
import { databaseKinds } from '../../test-support/test-databases.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe.each(databaseKinds)('The trail of deletions on %s', (kind) => {
  let test: AuthApp;
  let admin: Person;
  let url: string;

  beforeEach(async () => {
    test = await startAuthApp(kind);
    admin = await test.administrator();
    await test.post('/api/v1/platforms', { name: 'vm', pretty_name: 'VM' }, admin.token);
    await test.app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(test.app.getHttpServer().address() as AddressInfo).port}`;
  });

  afterEach(() => test.close());

  /** A ticket with these archives, each of which holds its own name; answers their ids. */
  async function ticket(number: string, names: readonly string[]): Promise<string[]> {
    const { body } = await test.post<{ token: string }>('/api/v1/tickets', { number, platform: 'vm' }, admin.token);
    const ids: string[] = [];
    for (const name of names) {
      const headers = { 'Upload-Token': body.token };
      const stored = await fetch(`${url}/api/v1/archives/${name}`, { method: 'PUT', headers, body: name });
      ids.push(((await stored.json()) as { id: string }).id);
    }
    return ids;
  }

  const remove = (path: string) => test.request('DELETE', `/api/v1/${path}`, { token: admin.token });
  const trailOf = async (...actions: string[]) =>
    (await test.trail())
      .filter(({ action }) => actions.includes(action))
      .map((event) => ({ ...event, details: JSON.parse(event.details) }));

  it('names every archive that went with its ticket, and none twice', async () => {
    const [first, second, third] = await ticket('SUP-1', ['one.log', 'two.log', 'three.log']);
    await ticket('SUP-2', ['other.log']);
    expect((await remove(`archives/${first}`)).status).toBe(204);
    expect((await remove('tickets/SUP-1')).status).toBe(204);
    const rows = await trailOf('archive.deleted', 'ticket.deleted');
    expect(rows.map(({ action, targetId }) => [action, action === 'ticket.deleted' ? '' : targetId])).toEqual([
      ['archive.deleted', first],
      ['archive.deleted', second],
      ['archive.deleted', third],
      ['ticket.deleted', ''],
    ]);
    const [alone, together, , whole] = rows;
    const ofTicket = { ticket: whole?.targetId, ticket_number: 'SUP-1' };
    expect(alone?.details).toEqual({ ...ofTicket, size: 7, sha256: sha256('one.log') });
    expect(together).toMatchObject({ actorName: admin.username, targetKind: 'archive', targetName: 'two.log' });
    expect(together?.details).toEqual({
      ...{ ...ofTicket, size: 7, sha256: sha256('two.log') },
      with: 'ticket',
    });
  });

  it('names them too where the whole platform goes', async () => {
    const ids = [...(await ticket('SUP-1', ['one.log'])), ...(await ticket('SUP-2', ['two.log']))];
    expect((await remove('platforms/vm?cascade=true')).status).toBe(204);
    const rows = await trailOf('archive.deleted');
    expect(rows.map(({ targetId }) => targetId).sort()).toEqual(ids.sort());
  });

  it('has one row for what several delete at the same time', async () => {
    const [id] = await ticket('SUP-1', ['one.log', 'two.log']);
    const archive = await Promise.all(Array.from({ length: 5 }, () => remove(`archives/${id}`)));
    expect(archive.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404]);
    const whole = await Promise.all(Array.from({ length: 5 }, () => remove('tickets/SUP-1')));
    expect(whole.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404]);
    const rows = await trailOf('archive.deleted', 'ticket.deleted');
    expect(rows.map(({ targetName }) => targetName)).toEqual(['one.log', 'two.log', 'SUP-1']);
  });
});
