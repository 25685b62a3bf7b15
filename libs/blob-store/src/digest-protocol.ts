import type { DigestAlgorithm } from './digest.js';

/** What a digest worker is asked. Requests are handled strictly in the order in which they were sent. */
export type DigestRequest =
  | { kind: 'create'; id: number; ticket: number; algorithm: DigestAlgorithm }
  | { kind: 'update'; id: number; ticket: number; bytes: Uint8Array }
  | { kind: 'fork'; id: number; ticket: number; forkId: number }
  | { kind: 'finish'; id: number; ticket: number }
  | { kind: 'dispose'; id: number };

/** The answer to a request that carries a ticket: all but `dispose`, which cannot fail. */
export type DigestReply = { ticket: number; hex?: string } | { ticket: number; error: string };
