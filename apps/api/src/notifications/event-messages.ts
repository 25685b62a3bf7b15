import type { FeedEvent } from './event-feed.js';

/** How long a browser waits before it comes back. */
const RETRY_MS = 2_000;

export const RETRY = `retry: ${RETRY_MS}\n\n`;
export const HEARTBEAT = ':\n\n';
/** Something was missed that is no longer kept: read anew what is shown. */
export const RESET = 'event: reset\ndata: {}\n\n';

/** One event in the format of server-sent events. One without a number leaves the reader's position where it is. */
export function messageOf({ seq, type, payload }: FeedEvent): string {
  return `${seq === undefined ? '' : `id: ${seq}\n`}event: ${type}\ndata: ${payload}\n\n`;
}

/** Tells a browser where it stands without telling its page anything, so that it can continue from there. */
export function positionMessage(seq: number): string {
  return `id: ${seq}\n\n`;
}

/** What `Last-Event-ID` says; undefined where it is none of ours. */
export function parsePosition(header: string | undefined): number | undefined {
  return /^\d{1,15}$/.test(header ?? '') ? Number(header) : undefined;
}
