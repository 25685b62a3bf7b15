import type { Segment } from './s3-layout.js';

/** The part of one segment that is to be read. */
export interface SegmentSlice {
  readonly segment: Segment;
  /** Half-open, counted from the segment's own beginning. */
  readonly from: number;
  readonly to: number;
}

/**
 * The furthest place up to which segments cover everything from `start` on, without a gap. It is looked for no further
 * than `enough`: a slow upload has thousands.
 */
export function coveredFrom(segments: readonly Segment[], start: number, enough = Number.POSITIVE_INFINITY): number {
  for (let place = start; ; ) {
    if (place >= enough) return place;
    const next = furthestAt(segments, place);
    if (next === undefined) return place;
    place = next.end;
  }
}

/** What to read, in order, for the bytes from `start` to before `end`; undefined where some are nowhere. */
export function slicesOf(segments: readonly Segment[], start: number, end: number): SegmentSlice[] | undefined {
  const slices: SegmentSlice[] = [];
  for (let place = start; place < end; ) {
    const segment = furthestAt(segments, place);
    if (segment === undefined) return undefined;
    const to = Math.min(segment.end, end);
    slices.push({ segment, from: place - segment.start, to: to - segment.start });
    place = to;
  }
  return slices;
}

/** Of the latest writer that has stored this place: what an earlier one has there was not durable when it was overtaken. */
function furthestAt(segments: readonly Segment[], place: number): Segment | undefined {
  return segments
    .filter(({ start, end }) => start <= place && place < end)
    .reduce<Segment | undefined>((best, one) => (best === undefined || isBetter(one, best) ? one : best), undefined);
}

function isBetter(one: Segment, other: Segment): boolean {
  return one.epoch === other.epoch ? one.end > other.end : one.epoch > other.epoch;
}
