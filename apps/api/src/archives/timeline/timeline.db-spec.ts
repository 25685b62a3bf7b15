import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AuthApp, type Person, startOn } from '../../../test-support/auth-app.js';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../../test-support/test-databases.js';

jest.setTimeout(120_000);

interface TimelineEntry {
  readonly action: string;
}

interface AuditEvent {
  readonly action: string;
  readonly target_kind: string;
  readonly details: { readonly ticket_number?: string };
}

interface TicketFacts {
  readonly version: number;
  readonly time_update: string;
}

describe.each(databaseKinds)('The timeline of a ticket on %s', (kind) => {
  let database: TestDatabase;
  let test: AuthApp;
  let admin: Person;

  beforeEach(async () => {
    database = await createTestDatabase(kind);
    test = await startOn(database);
    await test.app.listen({ host: '127.0.0.1', port: 0 });
    admin = await test.administrator();
    await test.post('/api/v1/platforms', { name: 'vm', pretty_name: 'VM' }, admin.token);
  });

  afterEach(async () => {
    await test.close();
    await database.drop();
  });

  const makeTicket = async (number: string): Promise<string> =>
    (await test.post<{ token: string }>('/api/v1/tickets', { number, platform: 'vm' }, admin.token)).body.token;
  const address = (): string => `http://127.0.0.1:${(test.app.getHttpServer().address() as AddressInfo).port}`;
  const upload = async (token: string, name: string): Promise<string> => {
    const reply = await fetch(`${address()}/api/v1/archives/${name}`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: name,
    });
    return ((await reply.json()) as { id: string }).id;
  };
  const read = <T>(path: string) => test.get<T>(path, admin.token);

  it('tells the case from its beginning, deleted archives included, and nothing of another case', async () => {
    const token = await makeTicket('SUP-1');
    await upload(await makeTicket('SUP-2'), 'other.log');
    const archive = await upload(token, 'a.log');
    await test.request('DELETE', `/api/v1/archives/${archive}`, { token: admin.token });
    await read('/api/v1/tickets/SUP-1/tokens');
    await test.request('PATCH', '/api/v1/tickets/SUP-1', { token: admin.token, body: { resolved: true } });

    const { body } = await read<TimelineEntry[]>('/api/v1/tickets/SUP-1/timeline');
    expect(body.map(({ action }) => action).reverse()).toEqual([
      ...[
        'ticket.created',
        'token.created',
        'upload.started',
        'archive.received',
        'archive.deleted',
        'ticket.resolved',
      ],
    ]);
    expect(body.find(({ action }) => action === 'archive.received')).toMatchObject({
      actor_kind: 'customer',
      actor_name: null,
      name: 'a.log',
      size: 5,
    });
    expect(JSON.stringify(body)).not.toContain(token);
  });

  it('is found in the trail too: a link and an archive say there to which ticket they belong', async () => {
    const archive = await upload(await makeTicket('SUP-1'), 'a.log');
    const headers = { Authorization: `Bearer ${admin.token}` };
    expect(await (await fetch(`${address()}/api/v1/archives/${archive}/download`, { headers })).text()).toBe('a.log');
    await read('/api/v1/tickets/SUP-1/tokens');
    await test.request('DELETE', '/api/v1/tickets/SUP-1', { token: admin.token });

    const { body } = await read<AuditEvent[]>('/api/v1/audit');
    const ofParts = body.filter(({ target_kind }) => ['token', 'archive'].includes(target_kind));
    expect(ofParts.map(({ action, details }) => [action, details.ticket_number]).reverse()).toEqual([
      ['token.created', 'SUP-1'],
      ['archive.received', 'SUP-1'],
      ['archive.downloaded', 'SUP-1'],
      ['token.shown', 'SUP-1'],
      ['archive.deleted', 'SUP-1'],
    ]);
  });

  it('begins with nothing more than the making of the ticket', async () => {
    await makeTicket('SUP-1');
    const { body } = await read<TimelineEntry[]>('/api/v1/tickets/SUP-1/timeline');
    expect(body).toHaveLength(2);
    expect((await read('/api/v1/tickets/SUP-9/timeline')).status).toBe(404);
  });

  it('lets what arrives bring its ticket to the top without counting as an edit', async () => {
    const token = await makeTicket('SUP-1');
    await makeTicket('SUP-2');
    const before = (await read<TicketFacts>('/api/v1/tickets/SUP-1')).body;
    await upload(token, 'a.log');
    const [first] = (await read<TicketFacts[]>('/api/v1/tickets?ordering=-time_update')).body;
    expect(first).toMatchObject({ number: 'SUP-1', version: before.version });
    expect(Date.parse(first?.time_update ?? '')).toBeGreaterThanOrEqual(Date.parse(before.time_update));
  });
});
