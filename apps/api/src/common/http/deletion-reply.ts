import type { FastifyReply } from 'fastify';
import type { DeletionOutcome } from '../deletions.js';

/** 204 when everything is gone; 202 with `{pending}` while the store has not confirmed. */
export function sendDeletion(outcome: DeletionOutcome, reply: FastifyReply): { pending: true } | undefined {
  reply.code(outcome === 'deleted' ? 204 : 202);
  return outcome === 'deleted' ? undefined : { pending: true };
}
