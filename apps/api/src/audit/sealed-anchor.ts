import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { INSTALLATION_RECORD, type InstallationRecord } from '../database/installation-record.js';
import { SealedValues } from '../database/sealed-values.js';
import { ANCHOR_CONTEXT } from './audit-anchor.js';
import { CHAIN_END_PURPOSE } from './chain-end-seal.js';

/** Names the note of the chain's end outside the database, for when SECRET_KEY is replaced. */
@Injectable()
export class SealedAnchor implements OnModuleInit {
  constructor(
    private readonly values: SealedValues,
    @Inject(INSTALLATION_RECORD) private readonly record: InstallationRecord,
  ) {}

  onModuleInit(): void {
    this.values.register({
      name: 'instance.json audit_end',
      purpose: CHAIN_END_PURPOSE,
      findBatch: async (afterId) => {
        const sealed = afterId === '' ? (await this.record.read())?.audit_end : undefined;
        return sealed === undefined ? [] : [{ id: ANCHOR_CONTEXT, context: ANCHOR_CONTEXT, sealed }];
      },
      replace: async ({ sealed: found }, sealed) => {
        const file = await this.record.read();
        if (file?.audit_end === found) await this.record.replace(file, { ...file, audit_end: sealed });
      },
    });
  }
}
