import type { AppSpace } from '../app-space.js';
import { asTime } from '../timestamp.js';
import { formatFields } from './fields.js';
import { asText, type JsonObject, parseJsonObject } from './json-object.js';
import { isAccessLogEntry, parseAccessLogEntry } from './parse-access-log-entry.js';
import type { ParseContext, ParseResult } from './parse-result.js';
import { ownerOfHost, routerRecords } from './router-records.js';

const FIELDS = [
  ...['bytes', 'method', 'request_id', 'fwd', 'origin'],
  ...['status', 'service', 'total', 'source', 'dyno'],
];

/**
 * A request that Istio's gateway has logged: flat JSON of our own mapping, whose owner is `app` and `space` or the host, or
 * what Envoy's access log service sends.
 */
export function parseIstioRecord(bytes: Buffer, context: ParseContext): ParseResult {
  const record = parseJsonObject(bytes);
  if (!record) return 'not_json';
  if (isAccessLogEntry(record)) return parseAccessLogEntry(record, context);
  const owner = ownerOf(record);
  if (!owner) return 'no_destination';
  const site = asText(record.site_domain);
  return routerRecords(
    {
      owner,
      fields: formatFields(FIELDS.map((name) => [name, plain(record[name])])),
      path: plain(record.path),
      time: asTime(record.timestamp) ?? context.arrivalTime,
      site: site ? { name: site, path: plain(record.site_path) } : undefined,
    },
    context,
  );
}

function ownerOf(record: JsonObject): AppSpace | undefined {
  const app = asText(record.app);
  const space = asText(record.space);
  return app && space ? { app, space } : ownerOfHost(asText(record.hostname) ?? asText(record.host) ?? '');
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
