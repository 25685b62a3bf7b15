import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { changeRows } from '../../apps/api/test-support/database-rows.js';
import { besideServer, untilSealed } from '../support/admin-command.js';
import { patternedBytes } from '../support/bytes.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

describe('verify beside a running server', () => {
  let stage: Stage;
  const ids: string[] = [];

  beforeAll(async () => {
    stage = await Stage.set('sqlite');
    const { token } = await stage.admin.createTicket('VERIFY');
    for (const name of ['whole.bin', 'flipped.bin', 'gone.bin']) {
      const stored = await fetch(`${stage.server.url}/api/v1/archives/${name}`, {
        method: 'PUT',
        headers: { 'Upload-Token': token },
        body: patternedBytes(100_000, ids.length + 1),
      });
      ids.push(((await stored.json()) as { id: string }).id);
    }
  });

  afterAll(() => stage.strike());

  it('exits with 0 where everything is as it was received', async () => {
    const { code, out } = await verify();
    expect(code).toBe(0);
    expect(out).toMatch(
      /^3 archives checked, 0 missing or damaged \(0\.3 MB in .* MB\/s\)\naudit trail: \d+ entries sealed, 0 faults, /,
    );
  });

  it('reads each archive in exactly one of the parts of --subset', async () => {
    const counts: number[] = [];
    for (const part of ['1/3', '2/3', '3/3']) counts.push(Number.parseInt((await verify('--subset', part)).out, 10));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  it('finds one flipped byte and one missing file, marks them, and exits with 1', async () => {
    const file = openSync(blob(ids[1] ?? ''), 'r+');
    writeSync(file, Buffer.from([patternedBytes(100_000, 2)[50_000] === 0 ? 1 : 0]), 0, 1, 50_000);
    closeSync(file);
    rmSync(blob(ids[2] ?? ''));
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toContain(`corrupt: ${ids[1]} "flipped.bin" (100000 bytes)`);
    expect(out).toContain(`missing: ${ids[2]} "gone.bin" (100000 bytes)`);
    expect(out).toContain('3 archives checked, 2 missing or damaged');
    const archives = await stage.admin.expect<{ name: string; state: string }[]>(200, 'GET', '/api/v1/archives');
    const states = Object.fromEntries(archives.map(({ name, state }) => [name, state]));
    expect(states).toEqual({ 'whole.bin': 'stored', 'flipped.bin': 'corrupt', 'gone.bin': 'missing' });
    expect((await stage.admin.request('GET', '/health/ready')).status).toBe(200);
  });

  it('names an entry of the audit trail that somebody changed in the database', async () => {
    await untilSealed(stage.server);
    const path = join(stage.server.dataDir, 'logs-collector.sqlite3');
    const [{ id } = {}] = await stage.rows("SELECT id FROM audit_event WHERE action = 'ticket.created'");
    await changeRows({ kind: 'sqlite', path }, `UPDATE audit_event SET actor_name = 'another' WHERE id = '${id}'`);
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^audit trail: changed at \\d+, event ${id}$`, 'm'));
    expect(out).toMatch(/^audit trail: \d+ entries sealed, 1 faults, /m);
  });

  it('and the start say loudly that somebody began the audit trail anew in the database', async () => {
    await untilSealed(stage.server, {}, /[1-9]\d* entries sealed, 1 faults/);
    await stage.server.stop();
    const target = { kind: 'sqlite', path: join(stage.server.dataDir, 'logs-collector.sqlite3') } as const;
    for (const statement of [
      'DELETE FROM audit_head',
      "DELETE FROM audit_seal WHERE event_id IN (SELECT id FROM audit_event WHERE action = 'ticket.created')",
      "DELETE FROM audit_event WHERE action = 'ticket.created'",
      'UPDATE audit_seal SET position = NULL, hash = NULL',
    ]) {
      await changeRows(target, statement);
    }
    await stage.server.start();
    expect(stage.server.output).toMatch(/"level":"error".*"msg":"the audit trail in the database is not the one/);
    await untilSealed(stage.server, {}, /[1-9]\d* entries sealed, 1 faults/);
    const { code, out } = await verify();
    expect([code, out]).toEqual([1, expect.stringMatching(/^audit trail: taken_back at \d+$/m)]);
    // A server that goes on does not cover it up.
    await stage.server.restart();
    expect((await verify()).out).toMatch(/^audit trail: taken_back at \d+$/m);
  });

  async function verify(...args: string[]): Promise<{ code: number | null; out: string }> {
    const { code, out, errors } = await besideServer(stage.server, ['verify', ...args]);
    expect(errors).toBe('');
    return { code, out };
  }

  function blob(key: string): string {
    return join(stage.server.dataDir, 'blobs', key.slice(-4, -2), key.slice(-2), key);
  }
});
