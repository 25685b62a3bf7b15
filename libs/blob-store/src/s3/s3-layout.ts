import { randomBytes } from 'node:crypto';
import { assertBlobKey } from '../blob-key.js';

/** Wide enough for every offset, so that the order of names is the order of places. */
const OFFSET_DIGITS = 16;
const NONCE_BYTES = 8;
const SEGMENT = /^(\d{16})-(\d{16})\.(\d{1,16})$/;
const POINTER =
  /^blobs\/([0-9a-z-]+)\/(\d{1,16})\.(\d{1,16})\.([0-9a-z-]+\.[0-9a-f]{16})\.(whole|\d{16}-\d{16}\.\d{1,16})$/;
const QUARANTINED = /^quarantine\/(\d{1,16})\.([0-9a-z-]+)\/(.+)$/;
const HOME = /^bytes\/(([0-9a-z-]+)\.[0-9a-f]{16})\//;

export const WHOLE = 'whole';
export const PARTIALS = 'partials/';
export const BLOBS = 'blobs/';
export const BYTES = 'bytes/';
export const QUARANTINE = 'quarantine/';
/** No key: it has a dot. */
export const PROBE_NAME = '.probe';

/** Bytes of a partial that are no part of a multipart upload yet: from `start` to before `end`. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  /** Of the writer that has stored it. */
  readonly epoch: number;
}

/** Where a blob's bytes are. */
export interface Pointer {
  readonly key: string;
  /** Time of the commit, epoch ms. */
  readonly committedAt: number;
  readonly sizeBytes: number;
  /** `<partial>.<nonce>`: the folder under `bytes/`. */
  readonly home: string;
  /** The object in that folder. */
  readonly object: string;
}

/*
 * Where things lie below the prefix:
 *
 *     partials/<partial>                              what is known of a partial (partial-record.ts)
 *     bytes/<partial>.<nonce>/<start>-<end>.<epoch>   a segment
 *     bytes/<partial>.<nonce>/whole                   the object of the multipart upload
 *     blobs/<key>/<ms>.<size>.<partial>.<nonce>.<object>      the sidecar; its name says where the bytes are
 *     quarantine/<ms>.<key>/<as above>                the sidecar of a blob that was moved aside
 *
 * An object cannot be renamed, and to copy 100 GiB is to write them again. So bytes stay where they were written from
 * the first one on; commit and quarantine write and remove small objects that lead to them. The nonce tells a partial
 * from a later one of the same name, the epoch the segments of a writer that was overtaken from those of its successor.
 */

export function newHome(partial: string): string {
  return `${partial}.${randomBytes(NONCE_BYTES).toString('hex')}`;
}

export function recordName(partial: string): string {
  assertBlobKey(partial);
  return PARTIALS + partial;
}

export function homePrefix(home: string): string {
  return `${BYTES}${home}/`;
}

export function wholeName(home: string): string {
  return homePrefix(home) + WHOLE;
}

export function segmentName(home: string, segment: Segment): string {
  return homePrefix(home) + segmentObject(segment);
}

export function segmentObject({ start, end, epoch }: Segment): string {
  return `${digits(start)}-${digits(end)}.${epoch}`;
}

/** The segment that an object of a home is; undefined for the whole. */
export function parseSegment(object: string): Segment | undefined {
  const match = SEGMENT.exec(object);
  return match === null ? undefined : { start: Number(match[1]), end: Number(match[2]), epoch: Number(match[3]) };
}

/** The partial whose bytes an object is, and their folder; undefined for other objects. */
export function originOf(name: string): { home: string; partial: string } | undefined {
  const [, home, partial] = HOME.exec(name) ?? [];
  return home === undefined || partial === undefined ? undefined : { home, partial };
}

export function pointerPrefix(key: string): string {
  assertBlobKey(key);
  return `${BLOBS}${key}/`;
}

export function pointerName({ key, committedAt, sizeBytes, home, object }: Pointer): string {
  return `${pointerPrefix(key)}${committedAt}.${sizeBytes}.${home}.${object}`;
}

export function parsePointer(name: string): Pointer | undefined {
  const [, key, committedAt, sizeBytes, home, object] = POINTER.exec(name) ?? [];
  if (key === undefined || home === undefined || object === undefined) return undefined;
  return { key, committedAt: Number(committedAt), sizeBytes: Number(sizeBytes), home, object };
}

export function quarantinedName(pointer: Pointer, at: number): string {
  return `${QUARANTINE}${at}.${pointer.key}/${pointerName(pointer).slice(pointerPrefix(pointer.key).length)}`;
}

export function parseQuarantined(name: string): { at: number; pointer: Pointer } | undefined {
  const [, at, key, rest] = QUARANTINED.exec(name) ?? [];
  const pointer = key === undefined ? undefined : parsePointer(`${BLOBS}${key}/${rest}`);
  return pointer === undefined ? undefined : { at: Number(at), pointer };
}

function digits(offset: number): string {
  return String(offset).padStart(OFFSET_DIGITS, '0');
}
