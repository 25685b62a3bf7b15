import type { LogRecord, StreamPosition } from '../record.js';

/** Why a record of the stream could not be understood; it is counted by this name and kept out of the way. */
export type ParseFault = 'not_json' | 'wrong_shape' | 'no_destination';

/** Most records are one line of a log; a web request to a site is two, and one of no interest none. */
export type ParseResult = readonly LogRecord[] | ParseFault;

/** What a parser is told besides the bytes. */
export interface ParseContext {
  readonly position: StreamPosition;
  /** RFC 3339: takes the place of a time that the record has not, or has wrong; asked for only then. */
  readonly arrivalTime: string;
}
