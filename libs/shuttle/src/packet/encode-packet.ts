import type { Destination, LogRecord, StreamPosition } from '../record.js';
import { syslogTimestamp } from '../timestamp.js';

export interface PacketOptions {
  /** Longest packet in bytes, framing not counted; at least `MIN_PACKET_BYTES`. */
  readonly maxBytes: number;
  /** Whether the packet says where its record stands in the stream, so that a receiver can drop duplicates. */
  readonly structuredData: boolean;
  /** Takes the place of the record's own HOSTNAME. */
  readonly hostname?: string;
}

/** Every header fits into this with room for a text (RFC 5424, section 6: 255 + 48 bytes; a topic has up to 249). */
export const MIN_PACKET_BYTES = 1_024;

/** Ends a text that was cut. */
export const CUT_MARK = ' [cut]';

/** RFC 5424, section 6.2.1: facility user (1), severity error (3) and informational (6); then the version. */
const PRIORITY = { err: '<11>1 ', info: '<14>1 ' } as const;
const NIL = '-';
const MAX_HOSTNAME_LENGTH = 255;
const MAX_APP_NAME_LENGTH = 48;
/** RFC 5424, section 7.2.2: whoever has no enterprise number of its own; 32473 is RFC 5612's for examples. */
const RECORD_ELEMENT = 'record@32473';
const REPLAY_ELEMENT = 'replay@32473';
const MAX_TICKET_LENGTH = 64;

/**
 * One record as a syslog message (RFC 5424, section 6) without framing: PROCID and MSGID are `-`, line ends and NUL in the
 * text become a space each, so that no text can begin a packet of its own. Longer ones are cut at a UTF-8 border and end
 * with `CUT_MARK`.
 */
export function encodePacket(record: LogRecord, options: PacketOptions): Buffer {
  return packetOf(record, headerOf(record, options), options);
}

/** The same for records that come one after the other from one place, such as a file: what their headers share is made once. */
export function packetEncoder(options: PacketOptions): (record: LogRecord) => Buffer {
  let last: HeaderFacts | undefined;
  let header = '';
  return (record) => {
    const { destination, tag, ticket } = record;
    if (options.structuredData || !last || !hasSameHeader(record, last)) {
      header = headerOf(record, options);
      // Not the record itself: its text may be long, and there are many encoders.
      last = { destination, tag, ticket };
    }
    return packetOf(record, header, options);
  };
}

type HeaderFacts = Pick<LogRecord, 'destination' | 'tag' | 'ticket'>;

function hasSameHeader(record: HeaderFacts, { destination, tag, ticket }: HeaderFacts): boolean {
  return record.destination === destination && record.tag === tag && record.ticket === ticket;
}

/** Of the header, what comes after the time. */
function headerOf(record: LogRecord, options: PacketOptions): string {
  const hostname = headerField(options.hostname ?? hostnameOf(record.destination), MAX_HOSTNAME_LENGTH);
  const appName = headerField(record.tag, MAX_APP_NAME_LENGTH);
  return ` ${hostname} ${appName} - - ${structuredDataOf(record, options) || NIL} `;
}

function packetOf({ severity, time, text }: LogRecord, header: string, { maxBytes }: PacketOptions): Buffer {
  const timestamp = syslogTimestamp(time) ?? NIL;
  return cutTo(maxBytes, PRIORITY[severity] + timestamp + header + onOneLine(text, maxBytes));
}

export function hostnameOf(destination: Destination): string {
  return destination.kind === 'app' ? `${destination.app}-${destination.space}` : destination.site;
}

/** PRINTUSASCII of the RFC: no space, no control character, nothing beyond ASCII. */
function headerField(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? text.slice(0, maxLength) : text;
  const printable = /[^!-~]/.test(cut) ? cut.replaceAll(/[^!-~]/g, '_') : cut;
  return printable === '' ? NIL : printable;
}

function structuredDataOf({ position, ticket }: LogRecord, { structuredData }: PacketOptions): string {
  const replay = ticket === undefined ? '' : `[${REPLAY_ELEMENT} ticket="${paramValue(ticket, MAX_TICKET_LENGTH)}"]`;
  return structuredData ? recordElement(position) + replay : replay;
}

function recordElement({ topic, partition, offset }: StreamPosition): string {
  const name = paramValue(topic, MAX_HOSTNAME_LENGTH);
  return `[${RECORD_ELEMENT} topic="${name}" partition="${partition}" offset="${offset}"]`;
}

/** RFC 5424, section 6.3.3: a quotation mark, a backslash and a closing bracket are escaped. */
function paramValue(text: string, maxLength: number): string {
  return headerField(text, maxLength).replaceAll(/["\\\]]/g, '\\$&');
}

function onOneLine(text: string, maxBytes: number): string {
  // A character takes at least one byte: what is beyond is cut anyway, and a line of megabytes is not copied twice.
  const start = text.length > maxBytes ? text.slice(0, maxBytes) : text;
  return /[\n\r\0]/.test(start) ? start.replaceAll(/[\n\r\0]/g, ' ') : start;
}

function cutTo(maxBytes: number, packet: string): Buffer {
  const bytes = Buffer.from(packet, 'utf8');
  if (bytes.byteLength <= maxBytes) return bytes;
  let end = maxBytes - CUT_MARK.length;
  while (isContinuation(bytes[end])) end -= 1;
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(CUT_MARK)]);
}

/** RFC 3629, section 3: the octets after the first of a character are 10xxxxxx. */
function isContinuation(octet: number | undefined): boolean {
  return octet !== undefined && (octet & 0xc0) === 0x80;
}
