import { describe, expect, it } from '@jest/globals';
import { type DomainEvent, EventSink } from '../../common/events/event-sink.js';
import type { Upload } from './upload.entity.js';
import { UploadProgress } from './upload-progress.js';

describe('The progress of an upload', () => {
  it('is told once in two seconds, with the newest offset', () => {
    const told: DomainEvent[] = [];
    const sink = new EventSink();
    sink.register({ record: () => undefined, announce: (event) => told.push(event) });
    let now = 0;
    const principal = { tokenId: 'k', ticketId: 't', ticketNumber: 'SUP-1' };
    const upload = { id: 'u', declaredBytes: 100 } as Upload;
    const report = new UploadProgress(sink, { now: () => now }).reporter(principal, upload);
    for (now = 0; now < 10_000; now += 500) report(now / 100);
    expect(told.map(({ facts }) => facts.offset)).toEqual([20, 40, 60, 80]);
    expect(told[0]).toEqual({
      type: 'upload.progress',
      ticketId: 't',
      ticketNumber: 'SUP-1',
      facts: { upload: 'u', offset: 20, size: 100 },
    });
  });
});
