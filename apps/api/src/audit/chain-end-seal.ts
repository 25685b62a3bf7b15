import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import { CHAIN_START, type ChainEnd } from './audit-chain.js';
import type { AuditHead } from './audit-head.entity.js';

export const CHAIN_END_PURPOSE = 'audit-sealing';
export const CHAIN_END_CONTEXT = 'audit_head';

/** Seals the end of the chain (AES-256-GCM), so that who can only write to the database cannot make another. */
@Injectable()
export class ChainEndSeal {
  constructor(private readonly keys: KeyRing) {}

  seal(end: ChainEnd): string {
    return this.keys.seal(CHAIN_END_PURPOSE, CHAIN_END_CONTEXT, JSON.stringify([end.position, end.hash]));
  }

  /** Throws where no server with this SECRET_KEY has made it. */
  open(head: AuditHead | null): ChainEnd {
    if (!head) return CHAIN_START;
    const text = this.keys.open(CHAIN_END_PURPOSE, CHAIN_END_CONTEXT, head.sealed);
    const [position, hash] = JSON.parse(text) as [number, string];
    return { position, hash };
  }
}
