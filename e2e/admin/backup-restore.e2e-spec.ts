import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { generate } from 'otplib';
import type { DatabaseKind } from '../../apps/api/test-support/test-databases.js';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { RestoredPlace } from '../support/restored-place.js';
import { ADMIN, TestServer } from '../support/server.js';
import { ROUNDS } from '../support/size.js';
import { Admin, ApiUser } from '../support/staff.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000 * ROUNDS);

const KIB = 1024;
const UPLOADERS = 3;
/** As many as a token can have. */
const ATTEMPTS = 100;
const PASSPHRASE = 'twelve white horses on a hill';
/** Another file system than the one of the servers, where there is one: nothing can be linked there. */
const ELSEWHERE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Way {
  readonly from: DatabaseKind;
  readonly to: DatabaseKind;
  readonly parent: string;
}

const ways: Way[] = [
  { from: 'sqlite', to: 'postgres 18', parent: tmpdir() },
  { from: 'postgres 18', to: 'sqlite', parent: ELSEWHERE },
];

/** Customers who never stop: each acknowledged archive is noted, and every fifth is deleted again by staff. */
class Load {
  readonly stored = new Map<string, string>();
  /** Deletion was asked for; whether it is done is known when `deleted` has it. */
  readonly going = new Set<string>();
  readonly deleted = new Set<string>();
  private isOver = false;
  private turn = 0;
  private readonly lanes: Promise<void>[];

  constructor(
    private readonly stage: Stage,
    private readonly tokens: readonly string[],
  ) {
    this.lanes = Array.from({ length: UPLOADERS }, () => this.lane());
  }

  async until(count: number): Promise<void> {
    while (this.stored.size < count) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.lanes);
  }

  private async lane(): Promise<void> {
    while (!this.isOver && this.turn < this.tokens.length * ATTEMPTS) {
      this.turn += 1;
      const { turn } = this;
      const token = this.tokens[turn % this.tokens.length] ?? '';
      const bytes = patternedBytes(((turn * 37) % 400) * KIB + turn, turn % 250);
      const answer = await fetch(`${this.stage.server.url}/api/v1/archives/load-${turn}.bin`, {
        ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: bytes },
      });
      const { id } = (await answer.json()) as { id: string };
      if (answer.status !== 201) throw new Error(`upload ${turn}: ${answer.status}`);
      this.stored.set(id, sha256(bytes));
      if (turn % 5 !== 0) continue;
      this.going.add(id);
      await this.stage.admin.expect(204, 'DELETE', `/api/v1/archives/${id}`);
      this.deleted.add(id);
    }
  }
}

describe.each(ways)('A backup made under load on $from and restored on $to', ({ from, to, parent }) => {
  let stage: Stage;
  let backup: string;
  let place: RestoredPlace;
  let server: TestServer;
  let restored: Stage;
  let token: string;
  let acknowledged: Map<string, string>;
  let goingBefore: Set<string>;
  let deletedBefore: Set<string>;
  let load: Load;

  beforeAll(async () => {
    backup = join(mkdtempSync(join(parent, 'logs-collector-backup-')), 'daily');
    stage = await Stage.set(from);
    ({ token } = await stage.admin.createTicket('LOAD', { attempts: 10, note: 'a\u2028b — ünï\u0007' }));
    await stage.admin.createTicket('QUIET');
    const others: string[] = [];
    for (let n = 0; n < 4; n += 1)
      others.push((await stage.admin.createTicket(`LOAD-${n}`, { attempts: ATTEMPTS })).token);
    load = new Load(stage, others);
    await load.until(40);
    acknowledged = new Map(load.stored);
    goingBefore = new Set(load.going);
    deletedBefore = new Set(load.deleted);
    const made = await besideServer(stage.server, ['backup', backup, '--with-key'], { stdin: PASSPHRASE });
    await load.end();
    console.log(`${from}: ${made.out}`);
    expect(made).toMatchObject({ code: 0, errors: '' });
    place = await RestoredPlace.make(to);
    const done = await place.run(['restore', backup], { stdin: PASSPHRASE });
    console.log(`${to}: ${done.out}`);
    expect(done).toMatchObject({ code: 0, errors: '' });
    server = await TestServer.start(place.environment);
    restored = Stage.around(server, place.target, await logIn(server, stage.admin));
  });

  afterAll(async () => {
    await server?.dispose();
    await place?.remove();
    await stage?.strike();
    rmSync(join(backup, '..'), { recursive: true, force: true });
  });

  it('has every archive that was acknowledged before it began, byte for byte', async () => {
    const lost: string[] = [];
    let compared = 0;
    for (const [id, digest] of acknowledged) {
      if (load.going.has(id)) continue;
      const answer = await fetch(`${server.url}/api/v1/archives/${id}/download`, {
        headers: { Authorization: `Bearer ${restored.admin.access}` },
      });
      if (sha256(new Uint8Array(await answer.arrayBuffer())) !== digest) lost.push(`${id}: ${answer.status}`);
      compared += 1;
    }
    expect(lost).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  });

  it('has nothing of what was deleted before it began', async () => {
    expect(deletedBefore.size).toBeGreaterThan(0);
    for (const id of deletedBefore) {
      expect((await restored.admin.request('GET', `/api/v1/archives/${id}`)).status).toBe(404);
    }
    expect(goingBefore.size).toBeGreaterThanOrEqual(deletedBefore.size);
  });

  it('rows and files agree', async () => {
    expect(await restored.lastingDisagreements()).toEqual([]);
  });

  it('the token of a customer goes on working, a note is what it was', async () => {
    const answer = await fetch(`${server.url}/api/v1/archives/after.bin`, {
      ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: patternedBytes(1_000) },
    });
    expect(answer.status).toBe(201);
    const ticket = await restored.admin.expect<{ note: string; token: string }>(200, 'GET', '/api/v1/tickets/LOAD');
    const original = await stage.admin.expect<{ note: string }>(200, 'GET', '/api/v1/tickets/LOAD');
    expect([ticket.note, ticket.token]).toEqual([original.note, token]);
  });

  it('nobody is logged in any more, and the trail tells of the restore', async () => {
    const before = new ApiUser(server, stage.admin.access);
    expect((await before.request('GET', '/api/v1/auth/me')).status).toBe(401);
    const trail = await restored.admin.expect<unknown[]>(200, 'GET', '/api/v1/audit?action=installation.restored');
    expect(trail).toHaveLength(1);
  });

  it('the same command again copies what is new alone, and lets go of what was deleted', async () => {
    const kept = await stage.count('archive');
    const { id } = (await (
      await fetch(`${stage.server.url}/api/v1/archives/new.bin`, {
        ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: patternedBytes(2_000) },
      })
    ).json()) as { id: string };
    const first = await besideServer(stage.server, ['backup', backup]);
    expect(first).toMatchObject({ code: 0, errors: '' });
    await stage.admin.expect(204, 'DELETE', `/api/v1/archives/${id}`);
    const second = await besideServer(stage.server, ['backup', backup]);
    expect(second.out).toMatch(new RegExp(`^${kept} archives, .*: 0 copied, 0 linked, ${kept} kept`, 'm'));
    expect(existsSync(join(backup, 'blobs', id.slice(-4, -2), id.slice(-2), id))).toBe(false);
    // Made without --with-key, so the earlier key is not there for whoever finds the directory.
    const files = readdirSync(backup, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => name.includes('secret.key'))).toEqual([]);
  });
});

/** Password and second factor are those of before; one of the recovery codes, as a TOTP step is accepted once. */
async function logIn(server: TestServer, before: Admin): Promise<Admin> {
  const admin = new Admin(server);
  admin.totpSecret = before.totpSecret;
  const otp = before.recoveryCodes.pop() ?? (await generate({ secret: before.totpSecret }));
  const login = await admin.expect<{ access: string }>(200, 'POST', '/api/v1/auth/token', { ...ADMIN, otp });
  admin.access = login.access;
  return admin;
}
