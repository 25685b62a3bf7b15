import { asTime } from '../timestamp.js';
import type { ParseContext, ParseResult } from './parse-result.js';
import { LARGE_RECORD_BYTES } from './part-limit.js';
import { ownerOfHost, routerRecords } from './router-records.js';

/** Not passed through: said at the end, of another message, or the packet's own time. */
const TAKEN_OUT = new Set(['path', 'site_domain', 'site_path', 'timestamp']);

/** A request as the web server's log has it: `key=value` with spaces between. */
export function parseWebRecord(bytes: Buffer, context: ParseContext): ParseResult {
  if (bytes.byteLength > LARGE_RECORD_BYTES) return 'wrong_shape';
  const values = new Map<string, string>();
  const fields: string[] = [];
  for (const token of bytes.toString('utf8').split(/\s+/)) {
    if (token === '') continue;
    const equals = token.indexOf('=');
    if (equals < 0) return 'wrong_shape';
    const name = token.slice(0, equals);
    const value = token.slice(equals + 1);
    values.set(name, value);
    if (name === 'source') fields.push(`fwd="${decodePercent(value).replaceAll(/["\\]/g, '\\$&')}"`);
    else if (!TAKEN_OUT.has(name)) fields.push(token);
  }
  const owner = ownerOfHost(values.get('hostname') ?? values.get('host') ?? '');
  if (!owner) return 'no_destination';
  const site = values.get('site_domain');
  return routerRecords(
    {
      owner,
      fields: fields.join(' '),
      path: values.get('path') ?? '',
      time: asTime(values.get('timestamp')) ?? context.arrivalTime,
      site: site ? { name: site, path: values.get('site_path') ?? '' } : undefined,
    },
    context,
  );
}

/** As it is, where it is not percent-encoded UTF-8. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
