import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ShutdownSignal } from '../../common/shutdown-signal.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { intakeErrors } from './intake.errors.js';

/** Why a writer was told to stop. */
export type StopReason = 'replaced' | 'deleted' | 'shutdown';

export interface ActiveWriter {
  readonly signal: AbortSignal;
  /** Undefined while nobody told it to stop. */
  readonly stopReason: StopReason | undefined;
  stop(reason: StopReason): void;
  /** Called once, whatever became of it. */
  leave(): void;
}

class Writer implements ActiveWriter {
  private readonly controller = new AbortController();
  stopReason: StopReason | undefined;
  readonly left: Promise<void>;
  private markLeft: () => void = () => undefined;

  constructor(
    readonly uploadId: string,
    readonly address: string,
    readonly canContinue: boolean,
    private readonly onLeave: (writer: Writer) => void,
  ) {
    this.left = new Promise((resolve) => {
      this.markLeft = resolve;
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(reason: StopReason): void {
    this.stopReason ??= reason;
    this.controller.abort();
  }

  leave(): void {
    this.onLeave(this);
    this.markLeft();
  }
}

/**
 * Who is writing in this process. The newest writer of an upload wins: the older one is told to stop, and the newer
 * begins when it has left, so that two never write one file.
 */
@Injectable()
export class ActiveWriters implements OnModuleInit {
  private readonly writers = new Map<string, Writer>();
  private readonly byAddress = new Map<string, number>();

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'MAX_UPLOADS_PER_CLIENT'>,
    private readonly shutdown: ShutdownSignal,
  ) {}

  onModuleInit(): void {
    this.shutdown.register('uploads', (deadline) => this.close(deadline));
  }

  /** 429 where this client already runs as many uploads as it may. For uploads that begin. */
  requireRoomFor(address: string): void {
    if (this.isFull(address)) throw intakeErrors.tooManyUploads(this.settings.MAX_UPLOADS_PER_CLIENT);
  }

  /**
   * `canContinue`: the client can go on elsewhere, so it is not waited for when the process ends. Who cannot was asked to
   * send before that, and is let in until the deadline.
   */
  async enter(uploadId: string, address: string, canContinue: boolean): Promise<ActiveWriter> {
    const { isDraining, deadline } = this.shutdown;
    if (isDraining && (canContinue || deadline.aborted)) throw intakeErrors.shuttingDown();
    const writer = new Writer(uploadId, address, canContinue, (left) => this.forget(left));
    const older = this.writers.get(uploadId);
    this.writers.set(uploadId, writer);
    // A client that continues its own upload takes the place of the older request.
    if (!older && this.isFull(address)) {
      this.writers.delete(uploadId);
      throw intakeErrors.busy();
    }
    this.count(address, 1);
    older?.stop('replaced');
    await older?.left;
    return writer;
  }

  /** Writers of this process at the moment. */
  get size(): number {
    return this.writers.size;
  }

  isWriting(uploadId: string): boolean {
    return this.writers.has(uploadId);
  }

  /** Ends the present writer of an upload and waits until it has left. */
  async stop(uploadId: string, reason: StopReason): Promise<void> {
    const writer = this.writers.get(uploadId);
    writer?.stop(reason);
    await writer?.left;
  }

  /** Ends those that can be continued at once, and at the deadline those that cannot. */
  private async close(deadline: AbortSignal): Promise<void> {
    const all = [...this.writers.values()];
    for (const writer of all) if (writer.canContinue) writer.stop('shutdown');
    deadline.addEventListener(
      'abort',
      () => {
        for (const writer of this.writers.values()) writer.stop('shutdown');
      },
      { once: true },
    );
    await Promise.all(all.map((writer) => writer.left));
  }

  private isFull(address: string): boolean {
    return (this.byAddress.get(address) ?? 0) >= this.settings.MAX_UPLOADS_PER_CLIENT;
  }

  private forget(writer: Writer): void {
    if (this.writers.get(writer.uploadId) === writer) this.writers.delete(writer.uploadId);
    this.count(writer.address, -1);
  }

  private count(address: string, change: 1 | -1): void {
    const count = (this.byAddress.get(address) ?? 0) + change;
    if (count > 0) this.byAddress.set(address, count);
    else this.byAddress.delete(address);
  }
}
