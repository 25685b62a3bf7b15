import type { AppSpace } from '../app-space.js';
import { asTime } from '../timestamp.js';
import { formatFields } from './fields.js';
import { asObject, type JsonObject } from './json-object.js';
import type { ParseContext, ParseResult } from './parse-result.js';
import { routerRecords } from './router-records.js';

/** How the version of the protocol reads in a log (enum HTTPVersion of Envoy's access log). */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['HTTP10', '1.0'],
  ['HTTP11', '1.1'],
  ['HTTP2', '2'],
  ['HTTP3', '3'],
]);

/** Whether it is what Envoy's access log service sends for HTTP (envoy.data.accesslog.v3.HTTPAccessLogEntry as JSON). */
export function isAccessLogEntry(record: JsonObject): boolean {
  return asObject(record.common_properties) !== undefined;
}

/** A request that an app has answered. */
interface ServedRequest {
  readonly owner: AppSpace;
  readonly connectMs: number;
  readonly servedMs: number;
  readonly totalMs: number;
}

/**
 * Whose request it was. Undefined for requests that went to no app (clusters such as PassthroughCluster) and for those that
 * lack a duration, because they never came to an end: they say nothing to anybody.
 */
export function ownerOfEntry(entry: JsonObject): AppSpace | undefined {
  return servedRequest(asObject(entry.common_properties) ?? {})?.owner;
}

/** One HTTPAccessLogEntry with the names of the protobuf definition; nothing where `ownerOfEntry` knows nobody. */
export function parseAccessLogEntry(entry: JsonObject, context: ParseContext): ParseResult {
  const common = asObject(entry.common_properties) ?? {};
  const request = asObject(entry.request) ?? {};
  const response = asObject(entry.response) ?? {};
  const served = servedRequest(common);
  if (!served) return [];
  const { owner, connectMs, servedMs, totalMs } = served;
  const requestSize = count(request.request_headers_bytes) + count(request.request_body_bytes);
  const responseSize = count(response.response_headers_bytes) + count(response.response_body_bytes);
  const fields = formatFields([
    ['bytes', String(count(response.response_body_bytes))],
    ['request_size', String(requestSize)],
    ['response_size', String(responseSize)],
    ['method', text(request.request_method)],
    ['request_id', text(request.request_id)],
    ['fwd', text(request.forwarded_for)],
    ['authority', text(request.authority)],
    ['origin', `${text(request.scheme)}://${text(request.authority)}`],
    ['protocol', PROTOCOLS.get(text(entry.protocol_version)) ?? ''],
    ['tls', text(asObject(common.tls_properties)?.tls_version)],
    ['status', String(count(response.response_code))],
    ['connect', milliseconds(connectMs)],
    ['service', milliseconds(Math.max(0, servedMs - connectMs))],
    ['total', milliseconds(totalMs)],
    ['dyno', addressOf(common.upstream_remote_address)],
  ]);
  const time = asTime(common.start_time) ?? context.arrivalTime;
  return routerRecords({ owner, fields, path: text(request.path), time }, context);
}

function servedRequest(common: JsonObject): ServedRequest | undefined {
  const owner = ownerOfCluster(text(common.upstream_cluster));
  const connectMs = durationMs(common.time_to_first_upstream_tx_byte);
  const servedMs = durationMs(common.time_to_last_upstream_rx_byte);
  const totalMs = durationMs(common.time_to_last_downstream_tx_byte);
  if (!owner || connectMs === undefined || servedMs === undefined || totalMs === undefined) return undefined;
  return { owner, connectMs, servedMs, totalMs };
}

/** `outbound|80||app.space.svc.cluster.local` */
function ownerOfCluster(cluster: string): AppSpace | undefined {
  const [app, space] = (cluster.split('|')[3] ?? '').split('.');
  return app && space ? { app, space } : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** 64-bit numbers are texts in JSON, and wrapped ones (`google.protobuf.UInt32Value`) may come as objects. */
function count(value: unknown): number {
  const given = asObject(value)?.value ?? value;
  const number = typeof given === 'string' || typeof given === 'number' ? Number(given) : 0;
  return Number.isSafeInteger(number) && number >= 0 ? number : 0;
}

/** A google.protobuf.Duration: `"0.012s"` in JSON, `{seconds, nanos}` from those who take the message as it is. */
function durationMs(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const match = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(value);
    return match ? Number(match[1]) * 1_000 : undefined;
  }
  const parts = asObject(value);
  return parts ? count(parts.seconds) * 1_000 + count(parts.nanos) / 1_000_000 : undefined;
}

function milliseconds(value: number): string {
  return `${value.toFixed(2)}ms`;
}

function addressOf(value: unknown): string {
  const address = asObject(asObject(value)?.socket_address);
  return address ? `${text(address.address)}:${count(address.port_value)}` : '';
}
