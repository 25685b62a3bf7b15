import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { DrainStore } from '../drains/drain-store.js';
import { problems } from '../http/problem.js';
import { factsIn, recordsIn, requireFew } from './given-lines.js';
import { offerSettled } from './settled-offer.js';

export interface LineRoutesOptions {
  readonly store: Pick<DrainStore, 'find'>;
  /** The drain at work in this instance, once the database has it; undefined where this instance delivers nothing. */
  readonly runnerOf: (id: string) => Promise<DrainRunner | undefined>;
}

interface DrainParams {
  readonly id: string;
}

const LIMIT_BYTES = 4 * 1_048_576;

/** What archives are replayed by: lines of a log, whatever the type of their body says, into one drain. */
export function addLineRoutes(server: FastifyInstance, { store, runnerOf }: LineRoutesOptions): void {
  server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
    routes.post<{ Params: DrainParams; Body: Buffer | undefined }>(
      '/drains/:id/lines',
      { bodyLimit: LIMIT_BYTES },
      async ({ params, query, body = Buffer.alloc(0) }, reply) => {
        const nowMs = Date.now();
        const facts = factsIn(query, nowMs);
        requireFew(body);
        const drain = await store.find(params.id);
        if (!drain) throw problems.noDrain();
        if (drain.isPaused) throw problems.paused();
        const runner = await runnerOf(drain.id);
        if (!runner) throw problems.unavailable('This instance serves sessions only. Send lines to one that delivers.');
        const records = recordsIn(body, drain.destination, facts, nowMs);
        const outcome = await offerSettled(runner, records, drain.target.scheme, whenGone(reply));
        if (!outcome) throw problems.unavailable('The lines could not be made safe in time. Some may arrive.');
        // A drain that was deleted meanwhile has thrown them away.
        if (!(await store.find(drain.id))) throw problems.noDrain();
        return outcome;
      },
    );
  });
}

/** Fires when whoever asked does not wait for the answer any more. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
