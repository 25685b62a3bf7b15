import { describe, expect, it } from '@jest/globals';
import type { Archive } from '../archive.entity.js';
import { parseSidecar, sidecarOf } from './sidecar.js';

const ID = '01a1fa80-6b0d-7f94-8bcf-a5c011fd8caf';
const archive: Archive = {
  ...{ id: ID, blobKey: ID, ticketId: 't', tokenId: null, state: 'stored', name: 'имя \u2028.log', sizeBytes: 7 },
  ...{
    sha256: 'a'.repeat(64),
    mediaType: 'text/plain',
    uploadedFrom: '::1',
    isCapture: true,
    timeCreate: 1_763_600_000_123,
  },
};
const platform = { name: 'billing', prettyName: 'Billing 6 (EU)' };
const text = sidecarOf({ archive, ticketNumber: 'SUP-9', platform });

function changed(changes: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(text), ...changes });
}

describe('The document beside a blob', () => {
  it('says everything from which the row can be made again', () => {
    expect(parseSidecar(text, ID)).toEqual({
      ...{ id: ID, ticketNumber: 'SUP-9', platform, name: archive.name, sizeBytes: 7, sha256: archive.sha256 },
      ...{ mediaType: 'text/plain', uploadedFrom: '::1', isCapture: true, timeCreate: archive.timeCreate },
    });
  });

  it('of the first format had no slug: one is made from the pretty name', () => {
    const old = changed({ format: 1, platform: 'Billing 6 (EU)', platform_pretty_name: undefined });
    expect(parseSidecar(old, ID)?.platform).toEqual({ name: 'billing-6-eu-', prettyName: 'Billing 6 (EU)' });
  });

  it('from before there were captures is of none', () => {
    expect(parseSidecar(changed({ capture: undefined }), ID)?.isCapture).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['half of one', text.slice(0, 50)],
    ['null', 'null'],
    ['of another blob', changed({ id: '01a1fa80-6b0d-7f94-8bcf-a5c011fd8cae' })],
    ['of a later format', changed({ format: 3 })],
    ['with a path for a ticket', changed({ ticket: '../../etc' })],
    ['with a platform that is no slug', changed({ platform: 'a b' })],
    ['with a name that is too long', changed({ name: 'x'.repeat(256) })],
    ['with a negative size', changed({ size: -1 })],
    ['with a size in words', changed({ size: '7' })],
    ['with half a digest', changed({ sha256: 'abc' })],
    ['without a time', changed({ time_create: null })],
  ])('%s is refused', (_, given) => {
    expect(parseSidecar(given, ID)).toBeUndefined();
  });
});
