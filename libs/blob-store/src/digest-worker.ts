/**
 * The thread in which digests are computed; started by `digest-lane.ts`, never imported.
 *
 * Tests start this very file from its TypeScript source, which Node reads by erasing the types. So it uses no syntax
 * that needs translating and imports nothing relative but types.
 */
import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { DigestReply, DigestRequest } from './digest-protocol.js';

const states = new Map<number, Hash>();

function stateOf(id: number): Hash {
  const state = states.get(id);
  if (state === undefined) {
    throw new Error(`no digest ${id}`);
  }
  return state;
}

function handle(request: Exclude<DigestRequest, { kind: 'dispose' }>): string | undefined {
  switch (request.kind) {
    case 'create':
      states.set(request.id, createHash(request.algorithm));
      return undefined;
    case 'update':
      stateOf(request.id).update(request.bytes);
      return undefined;
    case 'fork':
      states.set(request.forkId, stateOf(request.id).copy());
      return undefined;
    case 'finish': {
      const state = stateOf(request.id);
      states.delete(request.id);
      return state.digest('hex');
    }
  }
}

parentPort?.on('message', (request: DigestRequest) => {
  if (request.kind === 'dispose') {
    states.delete(request.id);
    return;
  }
  let reply: DigestReply;
  try {
    reply = { ticket: request.ticket, hex: handle(request) };
  } catch (error) {
    reply = { ticket: request.ticket, error: String(error) };
  }
  parentPort?.postMessage(reply);
});
