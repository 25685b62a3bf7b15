import { asObject, type JsonObject } from '@logs-collector/shuttle/parse/json-object';
import protobuf from 'protobufjs';
import { streamAccessLogsMessage } from './access-log-schema.js';

/** One message of an Envoy. */
export interface AccessLogs {
  /** Which Envoy it is and which of its logs; said in the first message of a stream only. */
  readonly identifier: { readonly node: unknown; readonly logName: unknown } | undefined;
  /** Each an HTTPAccessLogEntry in the JSON form of protocol buffers, with the names of the definition. */
  readonly httpEntries: readonly JsonObject[];
  /** Connections that are no HTTP; nobody reads them. */
  readonly tcpEntryCount: number;
}

/** http_logs and tcp_logs. */
const LOG_FIELDS = [2, 3];
const LENGTH_DELIMITED = 2;
const DURATIONS = [
  'time_to_first_upstream_tx_byte',
  'time_to_last_upstream_rx_byte',
  'time_to_last_downstream_tx_byte',
] as const;
/**
 * Envoy's entries have some hundred bytes, so that no more of them fit into the largest message. As objects, entries of no
 * bytes would take hundreds of times what they took before.
 */
const MAX_ENTRIES = 20_000;
const NANOS_DIGITS = 9;
/** The last second that RFC 3339 can write, and the first. */
const SECONDS = { max: 253_402_300_799, min: -62_135_596_800 };

/** Throws where the bytes are no StreamAccessLogsMessage. */
export function decodeAccessLogs(bytes: Uint8Array): AccessLogs {
  if (entryCount(bytes) > MAX_ENTRIES) throw new RangeError('The message has too many entries.');
  const message: JsonObject = streamAccessLogsMessage.toObject(streamAccessLogsMessage.decode(bytes), {
    // 64-bit numbers are texts in JSON.
    longs: String,
    enums: String,
  });
  const identifier = asObject(message.identifier);
  return {
    identifier: identifier && { node: asObject(identifier.node)?.id, logName: identifier.log_name },
    httpEntries: entriesOf(message.http_logs).map(jsonEntry),
    tcpEntryCount: entriesOf(message.tcp_logs).length,
  };
}

/** Without decoding them. */
function entryCount(bytes: Uint8Array): number {
  const reader = protobuf.Reader.create(bytes);
  let count = 0;
  while (reader.pos < reader.len) {
    const { id, wireType } = tagOf(reader.uint32());
    if (wireType !== LENGTH_DELIMITED || !LOG_FIELDS.includes(id)) {
      reader.skipType(wireType);
      continue;
    }
    for (const end = reader.uint32() + reader.pos; reader.pos < end; count += 1) {
      reader.skipType(tagOf(reader.uint32()).wireType);
    }
  }
  return count;
}

/** https://protobuf.dev/programming-guides/encoding/#structure */
function tagOf(tag: number): { id: number; wireType: number } {
  return { id: tag >>> 3, wireType: tag & 7 };
}

function entriesOf(logs: unknown): JsonObject[] {
  const entries = asObject(logs)?.log_entry;
  return Array.isArray(entries) ? entries.map((entry) => asObject(entry) ?? {}) : [];
}

/** Times, durations and wrapped numbers have a JSON form of their own. */
function jsonEntry(entry: JsonObject): JsonObject {
  const common = asObject(entry.common_properties) ?? {};
  const durations = DURATIONS.map((name) => [name, durationText(common[name])] as const);
  return {
    ...entry,
    common_properties: { ...common, start_time: timeText(common.start_time), ...Object.fromEntries(durations) },
    response: withPlainCode(asObject(entry.response)),
  };
}

function withPlainCode(response: JsonObject | undefined): JsonObject | undefined {
  return response && { ...response, response_code: asObject(response.response_code)?.value };
}

function durationText(value: unknown): string | undefined {
  const parts = partsOf(value);
  return parts && parts.seconds >= 0 ? `${parts.seconds}.${parts.fraction}s` : undefined;
}

function timeText(value: unknown): string | undefined {
  const parts = partsOf(value);
  if (!parts || parts.seconds < SECONDS.min || parts.seconds > SECONDS.max) return undefined;
  return new Date(parts.seconds * 1_000).toISOString().replace(/\.000Z$/, `.${parts.fraction}Z`);
}

/** What google.protobuf.Timestamp and google.protobuf.Duration have alike; undefined where it is missing or neither. */
function partsOf(value: unknown): { seconds: number; fraction: string } | undefined {
  const object = asObject(value);
  if (!object) return undefined;
  const seconds = Number(object.seconds ?? 0);
  const nanos = Number(object.nanos ?? 0);
  if (!Number.isSafeInteger(seconds) || !(nanos >= 0 && nanos < 1e9)) return undefined;
  return { seconds, fraction: String(nanos).padStart(NANOS_DIGITS, '0') };
}
