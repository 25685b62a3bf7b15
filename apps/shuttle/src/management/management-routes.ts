import type { SafeConnect } from '@logs-collector/runtime/safe-connect';
import { sendTest } from '@logs-collector/shuttle/delivery/send-test';
import type { FastifyInstance } from 'fastify';
import type { DrainStore } from '../drains/drain-store.js';
import { destinationOf, targetOf, urlOf } from '../drains/given-drain.js';
import type { StoredDrain } from '../drains/sealed-drains.js';
import { problems } from '../http/problem.js';
import type { StateStore } from '../states/state-store.js';
import { drainItem } from './drain-item.js';
import { changeIn, materialOf, objectOf, pageOf, tlsIn } from './management-bodies.js';

export interface ManagementRoutesOptions {
  readonly store: DrainStore;
  readonly states: StateStore;
  readonly guard: SafeConnect;
  /** HOSTNAME of every packet, for TEST_MODE. */
  readonly hostname: string | undefined;
  /** Called after a drain was added, changed or removed. */
  readonly onChange: () => Promise<void>;
}

interface DrainParams {
  readonly id: string;
}

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
}

async function existing(store: DrainStore, id: string): Promise<StoredDrain> {
  const drain = await store.find(id);
  if (!drain) throw problems.noDrain();
  return drain;
}
