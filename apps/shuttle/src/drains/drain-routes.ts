import type { SafeConnect } from '@logs-collector/runtime/safe-connect';
import { hostnameOf } from '@logs-collector/shuttle/packet/encode-packet';
import type { Destination } from '@logs-collector/shuttle/record';
import type { FastifyInstance } from 'fastify';
import { problems } from '../http/problem.js';
import { appDestination, siteDestination } from './drain-owner.js';
import type { DrainStore } from './drain-store.js';
import { targetOf, urlOf } from './given-drain.js';
import type { StoredDrain } from './sealed-drains.js';

export interface DrainRoutesOptions {
  readonly store: DrainStore;
  readonly guard: SafeConnect;
  /** Called after a drain was added or removed. */
  readonly onChange: () => Promise<void>;
}

interface OwnerParams {
  readonly owner: string;
}

interface DrainParams extends OwnerParams {
  readonly id: string;
}

/** The drains of apps and of sites. */
export function addDrainRoutes(server: FastifyInstance, options: DrainRoutesOptions): void {
  addRoutes(server, '/apps/:owner/log-drains', appOf, options);
  addRoutes(server, '/sites/:owner/log-drains', siteOf, options);
}

function addRoutes(
  server: FastifyInstance,
  path: string,
  destinationOf: (owner: string) => Destination,
  { store, guard, onChange }: DrainRoutesOptions,
): void {
  server.get<{ Params: OwnerParams }>(path, async ({ params }) => {
    const drains = await store.list(destinationOf(params.owner));
    return drains.map(drainView);
  });

  server.post<{ Params: OwnerParams }>(path, async ({ params, body }, reply) => {
    const destination = destinationOf(params.owner);
    const url = urlOf(body);
    const drain = await store.add({ destination, url, target: targetOf(url, guard) }, Date.now());
    if (!drain) throw problems.duplicate();
    await onChange();
    return reply.code(201).send(drainView(drain));
  });

  server.get<{ Params: DrainParams }>(`${path}/:id`, async ({ params }) =>
    drainView(await existing(store, destinationOf(params.owner), params.id)),
  );

  server.delete<{ Params: DrainParams }>(`${path}/:id`, async ({ params }) => {
    const destination = destinationOf(params.owner);
    const drain = await existing(store, destination, params.id);
    if (!(await store.remove(drain.id))) throw problems.notFound('This drain');
    await onChange();
    return drainView(drain);
  });
}

function appOf(owner: string): Destination {
  const destination = appDestination(owner);
  if (!destination) throw problems.badRequest('The app must be given as app-space.');
  return destination;
}

function siteOf(owner: string): Destination {
  const destination = siteDestination(owner);
  if (!destination) throw problems.badRequest('This is no name of a site.');
  return destination;
}

async function existing(store: DrainStore, destination: Destination, id: string): Promise<StoredDrain> {
  const drain = await store.find(id, destination);
  if (!drain) throw problems.notFound('This drain');
  return drain;
}

/** The original's fields, all of them always there. */
function drainView({ id, destination, target, createdAtMs, updatedAtMs }: StoredDrain) {
  return {
    addon: { id: '', name: '' },
    created_at: new Date(createdAtMs).toISOString(),
    id,
    token: hostnameOf(destination),
    updated_at: new Date(updatedAtMs).toISOString(),
    url: target.masked,
  };
}
