import { PassThrough, type Readable } from 'node:stream';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { staffActor } from '../audit/audit-actors.js';
import { StandingPrincipals } from '../auth/sessions/standing-principals.js';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../common/access/principal.js';
import { ShutdownSignal } from '../common/shutdown-signal.js';
import { destinationOf, tokenOf } from './drain.rules.js';
import type { DrainTailQuery } from './drain-tail.dto.js';
import { drainErrors } from './drains.errors.js';
import { LogSessions } from './log-sessions.js';

const CHECK_INTERVAL_MS = 5_000;
const LIFETIME_MS = 60 * 60_000;
const MAX_TAILS_PER_USER = 5;
/** How long a reader may take for the rest of a tail that has ended; the end of the process waits for it too. */
const END_GRACE_MS = 3_000;
/** A comment, as the shuttle writes them too. */
const BEGINNING = ': begins\n';

interface OpenTail {
  readonly staff: StaffPrincipal;
  /** Ends the session at the shuttle. */
  readonly leaving: AbortController;
  readonly output: PassThrough;
  readonly openedAtMs: number;
}

/**
 * The open live tails. Each is a session of the shuttle whose id stays here, as whoever has it could read without a login.
 * Nothing is kept: where a browser reads slowly, the shuttle is not read from, and leaves lines out.
 */
@Injectable()
export class DrainTails implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly tails = new Set<OpenTail>();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly access: AccessControl,
    private readonly principals: StandingPrincipals,
    private readonly sessions: LogSessions,
    private readonly audit: AuditService,
    private readonly shutdown: ShutdownSignal,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.endUnwanted());
    }, CHECK_INTERVAL_MS);
    this.timer.unref();
    this.shutdown.signal.addEventListener('abort', () => this.endAll());
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.endAll();
    await this.round;
  }

  /** The lines of what is asked for, until whoever asks closes it, may not see it any more, or an hour has passed. */
  async open(principal: Principal, query: DrainTailQuery): Promise<Readable> {
    const staff = this.access.require(principal, 'stream.watch');
    const destination = destinationOf(query);
    const tail = this.enter(staff);
    try {
      const { lines: past, tail: isTail } = query;
      const lines = await this.sessions.open({ ...destination, lines: past, tail: isTail }, tail.leaving.signal);
      this.passOn(lines, tail);
      await this.record(staff, destination, tokenOf(destination));
      return tail.output;
    } catch (error) {
      tail.output.destroy();
      throw error;
    }
  }

  private passOn(lines: Readable, { output, leaving }: OpenTail): void {
    leaving.signal.addEventListener('abort', () => lines.unpipe(output));
    lines.on('error', () => {
      // A session that broke off must not look like one that ended.
      if (!output.writableEnded) output.destroy();
    });
    // At once, not with the first line: whoever reads has to know that it has begun.
    output.write(BEGINNING);
    lines.pipe(output);
  }

  private enter(staff: StaffPrincipal): OpenTail {
    const own = [...this.tails].filter((tail) => tail.staff.userId === staff.userId);
    if (own.length >= MAX_TAILS_PER_USER) throw drainErrors.tooManyTails(MAX_TAILS_PER_USER);
    const tail = { staff, leaving: new AbortController(), output: new PassThrough(), openedAtMs: performance.now() };
    this.tails.add(tail);
    tail.output.once('close', () => {
      this.tails.delete(tail);
      tail.leaving.abort();
    });
    if (this.shutdown.isDraining) this.end(tail);
    return tail;
  }

  private record(staff: StaffPrincipal, destination: object, name: string): Promise<void> {
    const kind = 'site' in destination ? 'site' : 'app';
    return this.audit.record({ action: 'stream.watched', actor: staffActor(staff), target: { kind, name } });
  }

  private async endUnwanted(): Promise<void> {
    for (const tail of [...this.tails]) {
      const isOver = performance.now() - tail.openedAtMs > LIFETIME_MS;
      if (isOver || !(await this.principals.stillMay(tail.staff, 'stream.watch'))) this.end(tail);
    }
  }

  /** What was passed on arrives, and nothing after it; who does not read it is cut off. */
  private end(tail: OpenTail): void {
    this.tails.delete(tail);
    tail.leaving.abort();
    tail.output.end();
    const timer = setTimeout(() => tail.output.destroy(), END_GRACE_MS);
    tail.output.once('close', () => clearTimeout(timer));
  }

  private endAll(): void {
    for (const tail of [...this.tails]) this.end(tail);
  }
}
