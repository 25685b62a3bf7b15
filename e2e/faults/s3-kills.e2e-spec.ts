import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasS3Server } from '../../scripts/s3-server.mjs';
import { patternedBytes } from '../support/bytes.js';
import { FaultPlan } from '../support/fault-plan.js';
import { Ledger, type LedgerEntry } from '../support/ledger.js';
import { S3Replicas } from '../support/s3-replicas.js';
import { IS_LARGE, ROUNDS } from '../support/size.js';
import type { Admin } from '../support/staff.js';
import { ChunkedTusClient } from '../support/upload-clients.js';

jest.setTimeout(300_000 * ROUNDS);

const MIB = 1024 * 1024;
const describeWithS3 = hasS3Server() ? describe : describe.skip;

/** The quick selection visits every so manieth step, beginning at another one on every run. */
const STRIDE = IS_LARGE ? 1 : 9;
/** More than one part of a multipart upload, in chunks that fit no part. */
const STEP_BYTES = 9 * MIB + 17;
const STEP_CHUNK = 5 * MIB;

describeWithS3('A kill -9 at any request to the S3 service or any commit loses and doubles nothing', () => {
  const plan = new FaultPlan();
  const ledger = new Ledger();
  const client = new ChunkedTusClient(STEP_CHUNK);
  let replicas: S3Replicas;
  let admin: Admin;
  let turn = 0;

  beforeAll(async () => {
    replicas = await S3Replicas.prepare(1, plan.environment);
    await replicas.start();
    admin = await replicas.admin();
  });
  afterAll(async () => {
    await replicas.dispose();
    plan.dispose();
  });

  async function begin(): Promise<{ entry: LedgerEntry; number: string }> {
    turn += 1;
    const ticket = await admin.createTicket(`KILL-${turn}`, { attempts: 2 });
    return { entry: ledger.open(ticket.token, `${turn}.bin`, patternedBytes(STEP_BYTES, turn)), number: ticket.number };
  }

  it('between token and receipt, before and after each', async () => {
    const server = replicas.server(0);
    const first = await begin();
    plan.set({ step: '^(s3|commit)', nth: 0, action: 'kill' });
    await client.upload(server, first.entry, ledger);
    const steps = plan.steps();
    plan.clear();
    expect(steps).toEqual(
      expect.arrayContaining(['s3 PUT partials', 's3 POST bytes?uploads', 's3 PUT blobs', 'commit']),
    );
    const faults: string[] = [];
    let kills = 0;
    for (let place = Math.floor(Math.random() * STRIDE); place < steps.length * 2; place += STRIDE) {
      const nth = Math.floor(place / 2) + 1;
      const when = place % 2 === 0 ? 'before' : 'after';
      const { entry, number } = await begin();
      plan.set({ step: '^(s3|commit)', nth, when, action: 'kill' });
      const ended = server.whenExited();
      const upload = client.upload(server, entry, ledger);
      const isKilled = await Promise.race([ended.then(() => true), upload.then(() => false)]);
      plan.clear();
      if (isKilled) {
        kills += 1;
        await server.start();
      }
      await upload;
      const { attempts, archives_count } = await admin.readTicket(number);
      if (attempts !== 1 || archives_count !== 1)
        faults.push(`${when} ${nth} (${steps[nth - 1]}): ${archives_count} archives, ${attempts} attempts left`);
    }
    expect(faults).toEqual([]);
    expect(await replicas.losses(admin, ledger)).toEqual([]);
    expect(replicas.objects('partials')).toEqual([]);
    console.log(`S3: ${steps.length} steps, ${ledger.entries.length - 1} visited, ${kills} kills, 0 lost`);
  });
});

const UPLOADS = 20;
const FAILOVER_BYTES = (IS_LARGE ? 60 : 6) * MIB;

describeWithS3('A replica that is killed with 20 uploads under way', () => {
  let replicas: S3Replicas;
  let admin: Admin;

  beforeAll(async () => {
    replicas = await S3Replicas.prepare(3);
    await replicas.start();
    admin = await replicas.admin();
  });
  afterAll(() => replicas.dispose());

  it('costs no acknowledged byte: all go on at the others', async () => {
    const ledger = new Ledger();
    const client = new ChunkedTusClient(256 * 1024);
    let isKilled = false;
    /** As a load balancer: those of the first replica are sent to the others once it is gone. */
    const through = {
      get url() {
        return replicas.server(isKilled ? 1 : 0).url;
      },
    };
    const lanes: LedgerEntry[] = [];
    for (let lane = 0; lane < UPLOADS; lane += 1) {
      const ticket = await admin.createTicket(`LANE-${lane}`);
      lanes.push(ledger.open(ticket.token, `lane-${lane}.bin`, patternedBytes(FAILOVER_BYTES, lane + 1)));
    }
    const all = Promise.all(lanes.map((entry) => client.upload(through, entry, ledger)));
    while (lanes.some(({ acknowledged }) => acknowledged < MIB / 2)) await delay(5);
    const before = lanes.map(({ acknowledged }) => acknowledged);
    expect(lanes.filter(({ archives }) => archives.size > 0)).toEqual([]);
    const killedAt = performance.now();
    await replicas.server(0).kill();
    isKilled = true;
    admin.server = replicas.server(2);
    while (lanes.some(({ acknowledged }, lane) => acknowledged <= (before[lane] ?? 0))) await delay(5);
    const allGoOnMs = performance.now() - killedAt;
    await all;
    expect(await replicas.losses(admin, ledger)).toEqual([]);
    console.log(`failover: ${UPLOADS} uploads, lost bytes 0, all go on after ${Math.round(allGoOnMs)} ms`);
  });
});
