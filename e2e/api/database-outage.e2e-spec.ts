import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { TcpProxy } from '../support/tcp-proxy.js';

jest.setTimeout(120_000);

const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';

describe('While PostgreSQL is away', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let server: TestServer;
  let admin: Admin;
  let token: string;

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    const target = new URL(database.url);
    proxy = await new TcpProxy(Number(target.port)).start();
    target.port = String(proxy.port);
    server = await TestServer.start({ DB_URL: target.href, SECRET_KEY });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    token = (await admin.createTicket('SUP-1')).token;
  });

  afterAll(async () => {
    await server.dispose();
    await proxy.stop();
    await database.drop();
  });

  const isUnavailable = { status: 503, body: { code: 'unavailable' } };

  it('reading, writing, logging in and uploading are told to come back, and the process stays', async () => {
    proxy.refuse(true);
    proxy.cutNow();
    for (const [method, path, body] of [
      ['GET', '/api/v1/tickets/SUP-1', undefined],
      ['POST', '/api/v1/tickets', { number: 'SUP-2', platform: 'vmmanager-6' }],
      ['POST', '/api/v1/auth/token', { username: 'admin', password: 'some long password' }],
    ] as const) {
      const reply = await admin.request(method, path, body);
      expect([path, reply]).toMatchObject([path, isUnavailable]);
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const upload = await fetch(`${server.url}/api/v1/archives/log.txt`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: 'line',
    });
    expect(upload.status).toBe(503);
    expect(Number(upload.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
  });

  it('nobody waits longer than that: afterwards everything works again', async () => {
    proxy.refuse(false);
    expect((await admin.readTicket('SUP-1')).number).toBe('SUP-1');
    await admin.createTicket('SUP-3');
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });
});
