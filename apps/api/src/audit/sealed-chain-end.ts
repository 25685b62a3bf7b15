import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SealedValues } from '../database/sealed-values.js';
import { AuditChainRepository } from './audit-chain.repository.js';
import { CHAIN_END_CONTEXT, CHAIN_END_PURPOSE } from './chain-end-seal.js';

/** Names the row that holds the end of the chain, for when SECRET_KEY is replaced. */
@Injectable()
export class SealedChainEnd implements OnModuleInit {
  constructor(
    private readonly values: SealedValues,
    private readonly chain: AuditChainRepository,
  ) {}

  onModuleInit(): void {
    this.values.register({
      name: 'audit_head.sealed',
      purpose: CHAIN_END_PURPOSE,
      findBatch: async (afterId) => {
        const head = await this.chain.readHead();
        return head && head.id > afterId ? [{ id: head.id, context: CHAIN_END_CONTEXT, sealed: head.sealed }] : [];
      },
      replace: ({ sealed: found }, sealed) => this.chain.moveHead(found, sealed),
    });
  }
}
