import type { FastifyReply } from 'fastify';
import type { DeletionOutcome } from '../deletions.js';

/** For the description of the API. */
export const PENDING_DELETION = {
  status: 202,
  description: 'Hidden; the bytes follow.',
  schema: { type: 'object', required: ['pending'], properties: { pending: { type: 'boolean', enum: [true] } } },
} as const;

/** 204 when everything is gone; 202 with `{pending}` while the store has not confirmed. */
export function sendDeletion(outcome: DeletionOutcome, reply: FastifyReply): { pending: true } | undefined {
  reply.code(outcome === 'deleted' ? 204 : 202);
  return outcome === 'deleted' ? undefined : { pending: true };
}
