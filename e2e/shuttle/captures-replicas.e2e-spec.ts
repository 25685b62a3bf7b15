import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { changeRows } from '../../apps/api/test-support/database-rows.js';
import { hasS3Server } from '../../scripts/s3-server.mjs';
import { sha256 } from '../support/bytes.js';
import { Capturer, numberedLines, numberedTexts } from '../support/captures.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { LineReceiver } from '../support/line-receiver.js';
import { S3Replicas } from '../support/s3-replicas.js';
import { AUTH_KEY, type ManagedDrain, TestShuttle } from '../support/shuttle.js';
import type { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const SPACE = 'space';
const COUNT = 5_000;
const describeAll = canRunKafka() && hasS3Server() ? describe : describe.skip;

/** Two shipped servers on PostgreSQL and an S3 store, the shipped shuttle and a real broker. */
describeAll('Captures and replays with two servers on PostgreSQL and an S3 store', () => {
  let kafka: TestKafka;
  let shuttle: TestShuttle;
  let replicas: S3Replicas;
  let admin: Admin;
  let capturer: Capturer;

  beforeAll(async () => {
    kafka = await TestKafka.start();
    await kafka.createTopic(SPACE, 1);
    shuttle = new TestShuttle(kafka.brokers);
    await shuttle.start();
    replicas = await S3Replicas.prepare(2, { SHUTTLE_URL: shuttle.url, SHUTTLE_AUTH_KEY: AUTH_KEY });
    await replicas.start();
    admin = await replicas.admin();
    capturer = new Capturer(admin);
  });

  afterAll(async () => {
    await replicas?.dispose();
    await shuttle?.dispose();
    await kafka?.dispose();
  });

  /** As if half a minute had passed since the process that held them was killed. */
  const lapseLeases = () => changeRows(replicas.database.target, 'UPDATE lease SET expires_at = 0');

  it('a capture begun at one and stopped at the other is what was produced, and is replayed complete and in order', async () => {
    await admin.createTicket('R-1');
    const { id } = await capturer.listening('R-1', SPACE);
    for (let from = 0; from < COUNT; from += 500) await kafka.produce(SPACE, numberedLines(SPACE, from, 500));
    await capturer.until(id, ({ lines }) => lines === COUNT);
    admin.server = replicas.server(1);
    await capturer.stop(id);
    const capture = await capturer.whenOver(id);
    expect(capture).toMatchObject({ state: 'done', ended_by: 'staff', error: null, gaps: 0 });
    expect(await capturer.texts(capture)).toEqual(numberedTexts(0, COUNT));
    const archive = await admin.expect<Record<string, unknown>>(200, 'GET', `/api/v1/archives/${capture.archive}`);
    expect(archive).toMatchObject({ sha256: sha256(await capturer.bytes(capture)) });

    const receiver = await LineReceiver.listen();
    const body = { app: 'replayed', space: 'elsewhere', url: receiver.url };
    const drain = await admin.expect<ManagedDrain>(201, 'POST', '/api/v1/drains', body);
    await admin.expect(202, 'POST', `/api/v1/archives/${capture.archive}/replays`, { drain_id: drain.id });
    await receiver.until((texts) => texts.length >= COUNT);
    expect(receiver.texts.map((text) => text.replace(/^.* app\[[^\]]+\]: /, ''))).toEqual(numberedTexts(0, COUNT));
    await receiver.close();
    admin.server = replicas.server(0);
  });

  it('a capture whose server is killed goes on at the other: what was safe is kept, and the text says where lines may be missing', async () => {
    await admin.createTicket('R-2');
    admin.server = replicas.server(1);
    const { id } = await capturer.listening('R-2', SPACE);
    await kafka.produce(SPACE, numberedLines(SPACE, 0, 1_000));
    await capturer.until(id, ({ lines }) => lines === 1_000);
    await replicas.server(1).kill();
    admin.server = replicas.server(0);
    const missedAt = Date.now();
    await kafka.produce(SPACE, numberedLines(SPACE, 1_000, 10));
    await lapseLeases();
    await capturer.until(id, ({ error, gaps }) => error === null && gaps === 1);
    await kafka.produce(SPACE, numberedLines(SPACE, 2_000, 1_000));
    await capturer.until(id, ({ lines }) => lines === 2_000);
    await capturer.stop(id);
    const capture = await capturer.whenOver(id);
    expect(capture).toMatchObject({ state: 'done', ended_by: 'staff', error: null });
    const found = await capturer.texts(capture);
    expect(found).toEqual([...numberedTexts(0, 1_000), expect.any(String), ...numberedTexts(2_000, 1_000)]);
    const [, from = '', to = ''] = /^… gap: .* from (\S+) to (\S+); /.exec(found[1_000] ?? '') ?? [];
    expect(Date.parse(from)).toBeLessThan(missedAt);
    expect(Date.parse(to)).toBeGreaterThan(missedAt);
  });
});
