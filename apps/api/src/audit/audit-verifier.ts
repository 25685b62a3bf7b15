import { Injectable } from '@nestjs/common';
import { type AnchorFault, AuditAnchor } from './audit-anchor.js';
import { CHAIN_START, type ChainEnd, linkHash } from './audit-chain.js';
import { AuditChainRepository, type Link } from './audit-chain.repository.js';
import { ChainEndSeal } from './chain-end-seal.js';

/**
 * `changed`: an event, or its link, is not what was sealed. `removed`: there was an event at this position. `inserted`:
 * an event that this program did not record. `end_forged`: the end of the chain was not made with SECRET_KEY.
 * `chain_replaced`: the links agree with each other and not with the sealed end. `taken_back`, `anchor_forged`: what is noted
 * outside the database says otherwise.
 */
export type AuditFaultKind = 'changed' | 'removed' | 'inserted' | 'end_forged' | 'chain_replaced' | AnchorFault['kind'];

export interface AuditFault {
  readonly kind: AuditFaultKind;
  readonly position?: number;
  readonly eventId?: string;
}

export interface AuditVerification {
  /** Where the chain ends. Written down elsewhere, it shows later that nothing before it was taken back. */
  readonly end: ChainEnd;
  /** Recorded in the last seconds and not sealed yet. */
  readonly pending: number;
  readonly faults: number;
}

const BATCH = 500;

/** Holds the audit trail against its chain. May run beside servers: it only reads, up to the end that it met. */
@Injectable()
export class AuditVerifier {
  constructor(
    private readonly chain: AuditChainRepository,
    private readonly ends: ChainEndSeal,
    private readonly anchor: AuditAnchor,
  ) {}

  /** Every fault is reported as it is found. */
  async verify(report: (fault: AuditFault) => void): Promise<AuditVerification> {
    let faults = 0;
    const note = (fault: AuditFault): void => {
      faults += 1;
      report(fault);
    };
    const end = await this.openEnd(note);
    if (end) await this.walk(end, note);
    const taken = await this.anchor.findFault();
    if (taken) note(taken);
    for (const eventId of await this.chain.findWithoutLink(BATCH)) note({ kind: 'inserted', eventId });
    return { end: end ?? CHAIN_START, pending: await this.chain.countPending(), faults };
  }

  private async openEnd(note: (fault: AuditFault) => void): Promise<ChainEnd | undefined> {
    const head = await this.chain.readHead();
    try {
      if (head || (await this.chain.findLinks(1, 1)).length === 0) return this.ends.open(head);
    } catch {
      // What cannot be opened was made by somebody else; why does not matter.
    }
    note({ kind: 'end_forged' });
    return undefined;
  }

  private async walk(end: ChainEnd, note: (fault: AuditFault) => void): Promise<void> {
    /** Undefined behind a gap, where nothing tells what the next link was made of. */
    let previous: string | undefined = CHAIN_START.hash;
    let areLinksSound = true;
    const fault = (found: AuditFault): void => {
      areLinksSound = false;
      note(found);
    };
    for (let from = 1; from <= end.position; from += BATCH) {
      const to = Math.min(from + BATCH - 1, end.position);
      const links = new Map((await this.chain.findLinks(from, to)).map((link) => [link.position, link]));
      for (let position = from; position <= to; position += 1) {
        const link = links.get(position);
        const kind = faultOf(link, previous);
        if (kind) fault({ kind, position, ...(link && { eventId: link.eventId }) });
        previous = link?.hash ?? undefined;
      }
    }
    if (areLinksSound && previous !== end.hash) note({ kind: 'chain_replaced', position: end.position });
  }
}

function faultOf(link: Link | undefined, previous: string | undefined): 'changed' | 'removed' | undefined {
  if (!link?.event) return 'removed';
  if (previous === undefined || link.hash === linkHash(previous, link.event)) return undefined;
  return 'changed';
}
