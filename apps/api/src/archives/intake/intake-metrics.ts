import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { CodedError } from '../../common/errors/coded-error.js';
import { Metrics } from '../../common/metrics/metrics.js';
import { ActiveWriters } from './active-writers.js';
import type { UploadDoor } from './upload.entity.js';

const DOORS: readonly UploadDoor[] = ['tus', 'put', 'multipart', 'capture'];

/** What happens to uploads, by the door through which they came. Never by ticket, token or name. */
@Injectable()
export class IntakeMetrics {
  private readonly starts: Counter<'door'>;
  private readonly ends: Counter<'door'>;
  private readonly failures: Counter<'door'>;
  private readonly resumptions: Counter<'door'>;
  private readonly refusals: Counter<'door' | 'code'>;
  private readonly bytes: Counter<'door'>;

  constructor(metrics: Metrics, writers: ActiveWriters) {
    const byDoor = (name: string, help: string): Counter<'door'> => {
      const counter = metrics.counter({ name, help, labels: ['door'] });
      // From 0 on, so that the first one is seen as a change.
      for (const door of DOORS) counter.inc({ door }, 0);
      return counter;
    };
    this.starts = byDoor('logs_collector_uploads_started_total', 'Uploads that took an attempt.');
    this.ends = byDoor(
      'logs_collector_uploads_finished_total',
      'Uploads that have become an archive, repeats included.',
    );
    this.failures = byDoor(
      'logs_collector_uploads_failed_total',
      'Uploads that ended without an archive, expired ones included.',
    );
    this.resumptions = byDoor(
      'logs_collector_uploads_resumed_total',
      'Uploads that went on after a request that broke.',
    );
    this.bytes = byDoor('logs_collector_upload_bytes_total', 'Bytes of files that have come in, repeated ones again.');
    this.refusals = metrics.counter({
      name: 'logs_collector_uploads_refused_total',
      help: 'Uploads that were refused before their first byte, by the code of the answer.',
      labels: ['door', 'code'],
    });
    metrics.gauge({ name: 'logs_collector_uploads_active', help: 'Requests that bring bytes at the moment.' }, () => [
      { value: writers.size },
    ]);
  }

  started(door: UploadDoor): void {
    this.starts.inc({ door });
  }

  finished(door: UploadDoor): void {
    this.ends.inc({ door });
  }

  failed(door: UploadDoor): void {
    this.failures.inc({ door });
  }

  resumed(door: UploadDoor): void {
    this.resumptions.inc({ door });
  }

  refused(door: UploadDoor, reason: unknown): void {
    if (reason instanceof CodedError) this.refusals.inc({ door, code: reason.kind.code });
  }

  received(door: UploadDoor, bytes: number): void {
    this.bytes.inc({ door }, bytes);
  }
}
