import { Injectable } from '@nestjs/common';
import { OwnUploads } from '../../archives/intake/own-uploads.js';
import { AuditService } from '../../audit/audit.service.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { Clock } from '../../common/clock.js';
import { EventSink } from '../../common/events/event-sink.js';
import { Database } from '../../database/database.js';
import { TicketDirectory } from '../../tickets/ticket-directory.js';
import type { Capture, CaptureEnd, CaptureState } from './capture.entity.js';
import { sourceOf } from './capture.rules.js';
import { CapturesRepository } from './captures.repository.js';

/** What is durable. */
export interface CaptureCount {
  readonly lines: number;
  readonly bytes: number;
  readonly gaps: number;
}

/** How a capture came to its end. */
export interface CaptureEnding {
  readonly by: CaptureEnd;
  /** What went wrong; null where nothing did. */
  readonly error: string | null;
  /** Undefined where only the row knows it, which may lag behind. */
  readonly count?: CaptureCount;
}

/**
 * The end of captures: 1. `finishing` is written with what ended it. 2. The upload becomes an archive, or is thrown away.
 * 3. The row says what became of it. A kill between any two is completed by whoever takes the capture up next.
 */
@Injectable()
export class CaptureEndings {
  constructor(
    private readonly captures: CapturesRepository,
    private readonly uploads: OwnUploads,
    private readonly tickets: TicketDirectory,
    private readonly audit: AuditService,
    private readonly events: EventSink,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** For whoever runs it. A capture that was cancelled, or whose ticket is gone, leaves nothing. */
  async end({ id, uploadId }: Capture, { by, error, count }: CaptureEnding): Promise<void> {
    await this.database.transaction(() =>
      this.captures.updateInState(id, 'running', { ...count, state: 'finishing', endedBy: by, error }),
    );
    const capture = await this.captures.find(id);
    if (capture?.state === 'finishing') await this.finish(capture);
    else if (!capture || capture.state === 'cancelled') await this.uploads.cancel(uploadId);
  }

  private async finish(capture: Capture): Promise<void> {
    const archive = await this.uploads.finish(capture.uploadId);
    const state = outcomeOf(capture, archive !== undefined);
    await this.database.transaction(async () => {
      const ticket = await this.tickets.lock(capture.ticketId);
      const change = { state, archiveId: archive?.id ?? null, endedAt: this.clock.now() };
      if (!(await this.captures.updateInState(capture.id, 'finishing', change))) return;
      const { lines, bytes, endedBy, error } = capture;
      const facts = { capture: capture.id, state, lines, bytes, archive: archive?.id ?? null };
      await this.audit.record({
        action: 'capture.ended',
        actor: SYSTEM_ACTOR,
        target: { kind: 'ticket', id: capture.ticketId, name: ticket?.number ?? '' },
        details: { ...facts, source: sourceOf(capture), ended_by: endedBy, error },
      });
      this.events.record({
        type: 'capture.ended',
        ticketId: capture.ticketId,
        ticketNumber: ticket?.number ?? '',
        facts,
      });
    });
  }
}

/** A stream in which nothing came leaves no archive, and nothing went wrong. */
function outcomeOf({ endedBy, lines }: Capture, hasArchive: boolean): CaptureState {
  if (hasArchive) return endedBy === 'fault' ? 'interrupted' : 'done';
  return endedBy === 'fault' || lines > 0 ? 'failed' : 'done';
}
