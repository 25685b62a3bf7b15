import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { EventSink } from '../../common/events/event-sink.js';
import type { UploadPrincipal } from '../../tokens/upload-principal.js';
import type { Upload } from './upload.entity.js';

/** Whoever watches sees it move; more often helps nobody. */
const INTERVAL_MS = 2_000;

/** Tells those who watch how far an upload has come. */
@Injectable()
export class UploadProgress {
  constructor(
    private readonly events: EventSink,
    private readonly clock: Clock,
  ) {}

  /** For one writer's turn at an upload: called with every committed offset, it tells one in two seconds. */
  reporter(principal: UploadPrincipal, upload: Upload): (offset: number) => void {
    // Who began a capture tells how far it is in lines.
    if (upload.door === 'capture') return () => undefined;
    let toldAt = this.clock.now();
    return (offset) => {
      const now = this.clock.now();
      if (now - toldAt < INTERVAL_MS) return;
      toldAt = now;
      this.events.announce({
        type: 'upload.progress',
        ticketId: principal.ticketId,
        ticketNumber: principal.ticketNumber,
        facts: { upload: upload.id, offset, size: upload.declaredBytes },
      });
    };
  }
}
