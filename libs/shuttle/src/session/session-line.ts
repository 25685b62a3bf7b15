import { hostnameOf } from '../packet/encode-packet.js';
import { BUILD_TAG } from '../parse/parse-build-record.js';
import { ROUTER_TAG } from '../parse/router-records.js';
import type { LogRecord } from '../record.js';

const LINE_END = /[\n\r\0]/;

/**
 * A record as whoever watches a session reads it, on one line without its end.
 * @param now RFC 3339: lines of the router and of builds carry the time at which they are shown.
 */
export function sessionLine(record: LogRecord, now: string): string {
  const name = hostnameOf(record.destination);
  return onOneLine(`${timeOf(record, now)} ${name} ${sourceOf(record)}: ${textOf(record, name)}`);
}

function timeOf({ tag, time }: LogRecord, now: string): string {
  return isPlatform(tag) ? now : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function sourceOf({ tag }: LogRecord): string {
  return isPlatform(tag) ? tag : `app[${tag}]`;
}

/** The router's line names the host by the app alone. */
function textOf({ tag, text, destination }: LogRecord, name: string): string {
  if (tag !== ROUTER_TAG || destination.kind !== 'app') return text;
  const host = ` host=${name} path=`;
  const at = text.lastIndexOf(host);
  return at < 0 ? text : `${text.slice(0, at)} host=${destination.app} path=${text.slice(at + host.length)}`;
}

function isPlatform(tag: string): boolean {
  return tag === ROUTER_TAG || tag === BUILD_TAG;
}

/** The line ends at the end, which most sources leave there, go; others become spaces. */
function onOneLine(text: string): string {
  let end = text.length;
  while (end > 0 && LINE_END.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end).replaceAll(/[\n\r\0]/g, ' ');
}
