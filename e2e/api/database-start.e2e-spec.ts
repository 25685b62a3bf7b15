import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase } from '../../apps/api/test-support/test-databases.js';
import { freePort } from '../../scripts/test-support/free-port.js';
import { TestServer } from '../support/server.js';
import { TcpProxy } from '../support/tcp-proxy.js';

jest.setTimeout(120_000);

const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';

let server: TestServer | undefined;
afterEach(() => server?.dispose());

const waitingLines = (output: string) => output.split('\n').filter((line) => line.includes('waiting for PostgreSQL'));

async function untilWaiting(one: TestServer): Promise<void> {
  while (waitingLines(one.output).length === 0) await delay(20);
}

describe('PostgreSQL at the start of the server', () => {
  it('is waited for, and the server starts when it has come', async () => {
    const database = await createTestDatabase('postgres 18');
    const target = new URL(database.url);
    const proxy = new TcpProxy(Number(target.port), '127.0.0.1');
    await proxy.start();
    // Until this moment new connections are reset, as before a load balancer without a server behind it.
    proxy.refuse(true);
    target.port = String(proxy.port);
    server = new TestServer({ DB_URL: target.href, SECRET_KEY });
    const starting = server.start();
    await Promise.race([starting, untilWaiting(server)]);
    // Long enough for several attempts.
    await delay(2_000);
    proxy.refuse(false);
    await starting;
    expect(waitingLines(server.output)).toHaveLength(1);
    await server.dispose();
    await proxy.stop();
    await database.drop();
  });

  it('whose clock differs from that of the server is named in the log, with how far', async () => {
    const database = await createTestDatabase('postgres 18');
    const fast = 'data:text/javascript,const{now}=Date;Date.now=()=>now()+3e5';
    server = await TestServer.start({ DB_URL: database.url, SECRET_KEY, NODE_OPTIONS: `--import=${fast}` });
    const lineOf = () => server?.output.split('\n').find((line) => line.includes('"msg":"the clock of this machine'));
    while (lineOf() === undefined) await delay(20);
    const { ahead_ms } = JSON.parse(lineOf() ?? '') as { ahead_ms: number };
    expect(Math.round(ahead_ms / 10_000)).toBe(30);
    await server.dispose();
    await database.drop();
  });

  it('that never comes is given up in one line after 30 seconds, without a secret', async () => {
    const port = await freePort();
    server = new TestServer({ DB_URL: `postgres://logs:canary@127.0.0.1:${port}/logs`, SECRET_KEY });
    const begin = Date.now();
    await server.start().catch(() => undefined);
    expect((await server.whenExited()).code).toBe(1);
    expect(Date.now() - begin).toBeGreaterThan(28_000);
    const lines = server.output.trim().split('\n');
    expect(lines).toEqual([
      expect.stringContaining('"msg":"waiting for PostgreSQL","reason":"the connection is refused"'),
      'The server could not start: PostgreSQL is not there: the connection is refused. It was waited for 30 s. Check DB_URL',
    ]);
    expect(server.output).not.toContain('canary');
    expect(readdirSync(server.dataDir)).toEqual([]);
  });

  it.each([
    [
      'a wrong password',
      (url: URL) => Object.assign(url, { password: 'canary' }),
      /a user or a password that PostgreSQL refuses/,
    ],
    [
      'a missing database',
      (url: URL) => Object.assign(url, { pathname: '/nowhere' }),
      /a database that does not exist/,
    ],
  ] as const)('is not waited for because of %s', async (_, change, message) => {
    const database = await createTestDatabase('postgres 15');
    server = new TestServer({ DB_URL: change(new URL(database.url)).href, SECRET_KEY });
    await server.start().catch(() => undefined);
    expect((await server.whenExited()).code).toBe(1);
    // Whoever waits says so first.
    expect(server.output.trim().split('\n')).toEqual(['The settings cannot be used:', expect.stringMatching(message)]);
    expect(server.output).not.toContain('canary');
    expect(readdirSync(server.dataDir)).toEqual([]);
    await database.drop();
  });
});
