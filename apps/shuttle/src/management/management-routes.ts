import type { SafeConnect } from '@logs-collector/runtime/safe-connect';
import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import { sendTest } from '@logs-collector/shuttle/delivery/send-test';
import type { FastifyInstance } from 'fastify';
import type { DrainStore } from '../drains/drain-store.js';
import { destinationOf, targetOf, urlOf } from '../drains/given-drain.js';
import type { StoredDrain } from '../drains/sealed-drains.js';
import { problems } from '../http/problem.js';
import type { StateStore } from '../states/state-store.js';
import { drainItem } from './drain-item.js';
import { changeIn, materialOf, objectOf, pageOf, tlsIn } from './management-bodies.js';
import { recordsIn } from './record-lines.js';
import { offerSettled } from './settled-offer.js';

export interface ManagementRoutesOptions {
  readonly store: DrainStore;
  readonly states: StateStore;
  readonly guard: SafeConnect;
  /** HOSTNAME of every packet, for TEST_MODE. */
  readonly hostname: string | undefined;
  /** Called after a drain was added, changed or removed. */
  readonly onChange: () => Promise<void>;
  /** The drain at work in this instance, once the database has it; undefined where this instance delivers nothing. */
  readonly runnerOf: (id: string) => Promise<DrainRunner | undefined>;
}

interface DrainParams {
  readonly id: string;
}

const RECORDS_LIMIT_BYTES = 4 * 1_048_576;

/** What the dashboard manages drains by; all of them, whatever they belong to. */
export function addManagementRoutes(server: FastifyInstance, options: ManagementRoutesOptions): void {
  const { store, states, guard, onChange } = options;

  const itemOf = async (drain: StoredDrain) => {
    const found = await states.of([drain.id], Date.now());
    return drainItem(drain, found.get(drain.id) ?? []);
  };

  server.get('/drains', async ({ query }, reply) => {
    const { drains, total } = await store.page(pageOf(query));
    const found = await states.of(
      drains.map(({ id }) => id),
      Date.now(),
    );
    void reply.header('X-Total-Count', String(total));
    return drains.map((drain) => drainItem(drain, found.get(drain.id) ?? []));
  });

  server.post('/drains', async ({ body }, reply) => {
    const given = objectOf(body);
    const destination = destinationOf(given);
    const url = urlOf(given);
    const target = targetOf(url, guard);
    const tls = materialOf(tlsIn(given), target);
    const drain = await store.add({ destination, url, target, tls: tls ?? undefined }, Date.now());
    if (!drain) throw problems.duplicate();
    await onChange();
    return reply.code(201).send(await itemOf(drain));
  });

  server.get<{ Params: DrainParams }>('/drains/:id', async ({ params }) => itemOf(await existing(store, params.id)));

  server.patch<{ Params: DrainParams }>('/drains/:id', async ({ params, body }) => {
    const { target } = await existing(store, params.id);
    const { isPaused, tls } = changeIn(body);
    const change = { isPaused, tls: materialOf(tls, target) };
    if (!(await store.change(params.id, change, Date.now()))) throw problems.noDrain();
    await onChange();
    return itemOf(await existing(store, params.id));
  });

  server.delete<{ Params: DrainParams }>('/drains/:id', async ({ params }) => {
    const item = await itemOf(await existing(store, params.id));
    if (!(await store.remove(params.id))) throw problems.noDrain();
    await onChange();
    return item;
  });

  server.post<{ Params: DrainParams }>('/drains/:id/test', async ({ params }) => {
    const { id, target, destination, tls } = await existing(store, params.id);
    const outcome = await sendTest(target, destination, { guard, drainToken: id, tls, hostname: options.hostname });
    return { delivered: outcome.isDelivered, duration_ms: outcome.durationMs, error: outcome.error ?? null };
  });

  server.post<{ Params: DrainParams }>(
    '/drains/:id/records',
    { bodyLimit: RECORDS_LIMIT_BYTES },
    async ({ params, body }) => {
      const { id, destination, target, isPaused } = await existing(store, params.id);
      if (typeof body !== 'string') throw problems.notRecords();
      const records = recordsIn(body, destination, Date.now());
      if (isPaused) throw problems.paused();
      const runner = await options.runnerOf(id);
      if (!runner) throw problems.unavailable('This instance serves sessions only. Send records to one that delivers.');
      const outcome = await offerSettled(runner, records, target.scheme);
      if (!outcome) throw problems.unavailable('The records could not be made safe in time. Some may arrive.');
      return outcome;
    },
  );
}

async function existing(store: DrainStore, id: string): Promise<StoredDrain> {
  const drain = await store.find(id);
  if (!drain) throw problems.noDrain();
  return drain;
}
