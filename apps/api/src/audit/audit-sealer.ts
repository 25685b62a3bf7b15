import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../database/database.js';
import { linkHash } from './audit-chain.js';
import { AuditChainRepository } from './audit-chain.repository.js';
import type { AuditSeal } from './audit-seal.entity.js';
import { ChainEndSeal } from './chain-end-seal.js';

const INTERVAL_MS = 5_000;
const BATCH = 200;

/**
 * Gives recorded events their places in the chain, a few seconds after they were committed. So those who record wait for
 * nobody, and an event whose transaction took long simply gets a later place. Of several processes the row lock on the
 * head lets one at a time add to the chain.
 */
@Injectable()
export class AuditSealer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('audit');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isEnding = false;

  constructor(
    private readonly database: Database,
    private readonly chain: AuditChainRepository,
    private readonly ends: ChainEndSeal,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.timer);
    await this.round;
  }

  /** Seals everything that waits, in batches, so that no transaction is long. Answers how many events that were. */
  async sealPending(): Promise<number> {
    let sealed = 0;
    while (!this.isEnding && (await this.chain.hasPending())) {
      sealed += await this.database.transaction(() => this.sealBatch());
    }
    return sealed;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.round = this.attempt().then(() => {
        if (!this.isEnding) this.schedule();
      });
    }, INTERVAL_MS).unref();
  }

  private async attempt(): Promise<void> {
    try {
      await this.sealPending();
    } catch (error) {
      this.logger.warn({ msg: 'the audit trail could not be sealed; it will be tried again', error });
    }
  }

  private async sealBatch(): Promise<number> {
    const head = await this.chain.lockHead();
    let end = this.ends.open(head);
    const seals: AuditSeal[] = [];
    for (const { eventId, event } of await this.chain.findPending(BATCH)) {
      end = { position: end.position + 1, hash: linkHash(end.hash, event) };
      seals.push({ eventId, ...end });
    }
    if (seals.length === 0) return 0;
    await this.chain.seal(seals);
    if (head) await this.chain.moveHead(head.sealed, this.ends.seal(end));
    else await this.chain.insertHead(this.ends.seal(end));
    return seals.length;
  }
}
