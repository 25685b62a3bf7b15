import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Inject, Injectable } from '@nestjs/common';
import { INSTALLATION_RECORD, type InstallationRecord } from '../database/installation-record.js';
import type { ChainEnd } from './audit-chain.js';
import { AuditChainRepository } from './audit-chain.repository.js';
import { CHAIN_END_PURPOSE, ChainEndSeal } from './chain-end-seal.js';

/** Another than that of the end in the database, so that neither can stand in for the other. */
export const ANCHOR_CONTEXT = 'instance.json';

/** `taken_back`: what is noted outside is not in the database any more. `anchor_forged`: no server has made the note. */
export type AnchorFault =
  | { readonly kind: 'taken_back'; readonly position: number }
  | { readonly kind: 'anchor_forged' };

/**
 * A note outside the database (instance.json, with an S3 store in the bucket) of where the chain ended some time ago, sealed
 * with SECRET_KEY: who can only write to the database can neither begin a new chain unnoticed nor put back an old one.
 */
@Injectable()
export class AuditAnchor {
  constructor(
    @Inject(INSTALLATION_RECORD) private readonly record: InstallationRecord,
    private readonly keys: KeyRing,
    private readonly chain: AuditChainRepository,
    private readonly ends: ChainEndSeal,
  ) {}

  /** Undefined where the chain goes through the place that was noted, or where none was. */
  async findFault(): Promise<AnchorFault | undefined> {
    return this.faultOf((await this.record.read())?.audit_end);
  }

  /** Notes where the chain ends now. Where something is wrong the note stays as it is: it shows what. */
  async move(): Promise<AnchorFault | undefined> {
    const end = this.ends.open(await this.chain.readHead());
    const file = await this.record.read();
    const fault = await this.faultOf(file?.audit_end);
    if (fault || !file) return fault;
    const noted = file.audit_end === undefined ? 0 : this.open(file.audit_end).position;
    // Another process may be further. Where it wrote just now, its note is as good as ours.
    if (end.position > noted) await this.record.replace(file, { ...file, audit_end: this.seal(end) });
    return undefined;
  }

  private async faultOf(sealed: string | undefined): Promise<AnchorFault | undefined> {
    if (sealed === undefined) return undefined;
    let noted: ChainEnd;
    try {
      noted = this.open(sealed);
    } catch {
      return { kind: 'anchor_forged' };
    }
    const { position, hash } = noted;
    const [link] = await this.chain.findLinks(position, position);
    return link?.hash === hash ? undefined : { kind: 'taken_back', position };
  }

  private seal({ position, hash }: ChainEnd): string {
    return this.keys.seal(CHAIN_END_PURPOSE, ANCHOR_CONTEXT, JSON.stringify([position, hash]));
  }

  private open(sealed: string): ChainEnd {
    const [position, hash] = JSON.parse(this.keys.open(CHAIN_END_PURPOSE, ANCHOR_CONTEXT, sealed)) as [number, string];
    return { position, hash };
  }
}
