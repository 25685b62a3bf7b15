import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { databaseKinds } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes } from '../support/bytes.js';
import { FaultPlan } from '../support/fault-plan.js';
import { Ledger } from '../support/ledger.js';
import { IS_LARGE, ROUNDS } from '../support/size.js';
import { Stage } from '../support/stage.js';
import { ChunkedTusClient, RawPutClient, type UploadClient } from '../support/upload-clients.js';

jest.setTimeout(300_000 * ROUNDS);

const KIB = 1024;
/** The quick selection visits every so manieth step, beginning at another one on every run. */
const STRIDE = IS_LARGE ? 1 : 11;
const ANY_STEP = '.';
const ATTEMPTS = 2;
const kinds = IS_LARGE ? databaseKinds : databaseKinds.filter((kind) => kind !== 'postgres 15');

interface Story {
  readonly title: string;
  readonly client: UploadClient;
  /** Tells the customer's files of one turn apart from those of others. */
  readonly size: number;
}

const stories: Story[] = [
  { title: 'an upload in two chunks through tus', client: new ChunkedTusClient(200 * KIB), size: 300 * KIB },
  { title: 'a PUT that is repeated as a whole', client: new RawPutClient(), size: 300 * KIB },
  {
    title: 'a PUT that is repeated with its Idempotency-Key',
    client: new RawPutClient({ 'Idempotency-Key': 'once-and-no-more' }),
    size: 300 * KIB,
  },
];

/**
 * Every call that changes a file and every commit of one upload is a step. The process is killed before and after the
 * n-th of them, for all n; the client goes on after the restart.
 *
 * Seen red: before a repeated request could take the place of one that had died, "0 archives, 2 attempts left" after a
 * kill at steps 2 and 7: the same Idempotency-Key was answered with 409 for as long as UPLOAD_TTL.
 */
describe.each(kinds)('A kill at any step between token and receipt loses and doubles nothing (%s)', (kind) => {
  const plan = new FaultPlan();
  let stage: Stage;
  let turn = 0;

  beforeAll(async () => {
    stage = await Stage.set(kind, plan.environment);
  });

  afterAll(async () => {
    await stage.strike();
    plan.dispose();
  });

  it.each(stories)('$title', async ({ client, size }) => {
    const ledger = new Ledger();
    const steps = await stepsOfOneUpload(client, size, ledger);
    expect(steps).toContain('commit');
    expect(steps).toContain('rename uploads/<id>/1');
    const faults: string[] = [];
    const known = new Set<string>();
    let kills = 0;
    const visited: string[] = [];
    const first = Math.floor(Math.random() * STRIDE);
    for (let place = first; place < steps.length * 2; place += STRIDE) {
      const nth = Math.floor(place / 2) + 1;
      const when = place % 2 === 0 ? 'before' : 'after';
      const step = `${when} step ${nth} (${steps[nth - 1]})`;
      await stage.freshen();
      const ticket = await nextTicket();
      plan.set({ step: ANY_STEP, nth, when, action: 'kill' });
      const entry = ledger.open(ticket.token, `${ticket.number}.bin`, patternedBytes(size, turn % 250));
      const ended = stage.server.whenExited();
      const upload = client.upload(stage.server, entry, ledger);
      const isKilled = await Promise.race([ended.then(() => true), upload.then(() => false)]);
      plan.clear();
      if (isKilled) {
        kills += 1;
        await stage.server.start();
      }
      await upload;
      visited.push(step);
      faults.push(...(await stage.newDisagreements(known)).map((text) => `${step}: ${text}`));
      const { attempts, archives_count } = await stage.admin.readTicket(ticket.number);
      if (attempts !== ATTEMPTS - 1 || archives_count !== 1) {
        faults.push(`${step}: ${archives_count} archives, ${attempts} attempts left`);
      }
    }
    expect(faults).toEqual([]);
    expect(await stage.losses(ledger, ATTEMPTS)).toEqual([]);
    console.log(`${kind}, ${client.name}: ${steps.length} steps, ${visited.length} visited, ${kills} kills, 0 lost`);
  });

  /** Uploads once without a fault and answers the steps that were made. */
  async function stepsOfOneUpload(client: UploadClient, size: number, ledger: Ledger): Promise<string[]> {
    const ticket = await nextTicket();
    plan.set({ step: ANY_STEP, nth: 0, action: 'kill' });
    await client.upload(
      stage.server,
      ledger.open(ticket.token, `${ticket.number}.bin`, patternedBytes(size, 251)),
      ledger,
    );
    const steps = plan.steps();
    plan.clear();
    return steps;
  }

  function nextTicket() {
    turn += 1;
    return stage.admin.createTicket(`TURN-${turn}`, { attempts: ATTEMPTS });
  }
});
