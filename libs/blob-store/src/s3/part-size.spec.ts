import { describe, expect, it } from '@jest/globals';
import { LARGEST_BLOB_BYTES, partBytesBeyond, partBytesFor } from './part-size.js';

const GIB = 1024 ** 3;

describe('partBytesFor', () => {
  it.each([
    [0, 8],
    [1, 8],
    [80_000 * 1024 * 1024, 8],
    [80_000 * 1024 * 1024 + 1, 9],
    [100 * GIB, 11],
    [LARGEST_BLOB_BYTES, 64],
    [Number.MAX_SAFE_INTEGER, 64],
  ])('of %d bytes is %d MiB', (bytes, mebibytes) => {
    expect(partBytesFor(bytes)).toBe(mebibytes * 1024 * 1024);
  });

  it.each([1, 50, 78, 100, 500, 625])('lets %d GiB fit into 10,000 parts of 5 MiB or more', (gibibytes) => {
    const partBytes = partBytesFor(gibibytes * GIB);
    expect(partBytes).toBeGreaterThanOrEqual(5 * 1024 * 1024);
    expect(Math.ceil((gibibytes * GIB) / partBytes)).toBeLessThanOrEqual(10_000);
  });
});

describe('partBytesBeyond', () => {
  it('is more than what is there, so that all of it lies in the first part', () => {
    for (const size of [0, 1, 1024 * 1024, 10 * 1024 * 1024 - 1]) expect(partBytesBeyond(size)).toBeGreaterThan(size);
  });
});
