import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AuditService } from '../audit/audit.service.js';
import type { AccessControl } from '../common/access/access-control.js';
import type { Principal } from '../common/access/principal.js';
import { DrainsService } from './drains.service.js';
import { ShuttleClient } from './shuttle-client.js';

const ID = '4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55';
const NOBODY = {} as Principal;
const staff = { userId: 'u', username: 'ada' };
const access = { require: () => staff } as unknown as AccessControl;

let server: Server | undefined;
let trail: { action: string; target: unknown; details: unknown }[];

async function serviceAt(listener: RequestListener): Promise<DrainsService> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return serviceOf((server.address() as AddressInfo).port);
}

function serviceOf(port: number): DrainsService {
  trail = [];
  const audit = {
    record: async ({ action, target, details }: (typeof trail)[number]) => {
      trail.push({ action, target, details });
    },
  };
  const client = new ShuttleClient({ SHUTTLE_URL: `http://127.0.0.1:${port}`, SHUTTLE_AUTH_KEY: 'key' });
  return new DrainsService(access, client, audit as unknown as AuditService);
}

describe('What is changed at a shuttle that does not answer as it should', () => {
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const breakOff: RequestListener = (request) => {
    request.resume().on('end', () => request.socket.destroy());
  };

  it('may be changed and is in the trail, which says that nobody knows', async () => {
    const service = await serviceAt(breakOff);
    const unreachable = { kind: { code: 'shuttle_unreachable' } };
    const input = { app: 'shop', space: 'production', url: 'https://user:secret@logs.example.com' };
    await expect(service.create(NOBODY, input)).rejects.toMatchObject(unreachable);
    await expect(service.edit(NOBODY, ID, { paused: true })).rejects.toMatchObject(unreachable);
    await expect(service.delete(NOBODY, ID)).rejects.toMatchObject(unreachable);
    expect(trail).toEqual([
      { action: 'drain.created', target: { kind: 'drain', name: 'shop-production' }, details: { outcome: 'unknown' } },
      { action: 'drain.changed', target: { kind: 'drain', id: ID }, details: { paused: true, outcome: 'unknown' } },
      { action: 'drain.deleted', target: { kind: 'drain', id: ID }, details: { outcome: 'unknown' } },
    ]);
  });

  it('is not in the trail where it was not even sent, or refused', async () => {
    const service = await serviceAt((_request, response) =>
      response.writeHead(404).end('{"code":"drain_not_found","detail":"This drain does not exist."}'),
    );
    await expect(service.delete(NOBODY, ID)).rejects.toMatchObject({ kind: { code: 'drain_not_found' } });
    expect(trail).toEqual([]);
    // Nobody listens there.
    await expect(serviceOf(2).delete(NOBODY, ID)).rejects.toMatchObject({ kind: { code: 'shuttle_unreachable' } });
    expect(trail).toEqual([]);
  });
});

it('a shuttle is not ready only because something answers everything with success', async () => {
  const service = await serviceAt((_request, response) => response.end('{"status":"ok"}'));
  await expect(service.status(NOBODY)).resolves.toMatchObject({ state: 'unreachable' });
  server?.closeAllConnections();
  server?.close();
});
