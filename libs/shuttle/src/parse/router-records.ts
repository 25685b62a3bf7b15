import { type AppSpace, splitAppSpace } from '../app-space.js';
import type { LogRecord } from '../record.js';
import type { ParseContext } from './parse-result.js';

export const ROUTER_TAG = 'akkeris/router';
const DEFAULT_SPACE = 'default';

/** One request as the router saw it. */
export interface RouterEntry {
  readonly owner: AppSpace;
  /** `key=value` pairs with a space between. */
  readonly fields: string;
  readonly path: string;
  readonly time: string;
  /** The public name under which the request came, where it belongs to a site. */
  readonly site?: { readonly name: string; readonly path: string };
}

/** `app-space.example.com` → the app and its space; a first label without `-` is an app of space `default`. */
export function ownerOfHost(host: string): AppSpace | undefined {
  return splitAppSpace(host.split('.', 1)[0] ?? '', DEFAULT_SPACE);
}

/** What the app's drains are sent of it, and the site's. */
export function routerRecords({ owner, fields, path, time, site }: RouterEntry, context: ParseContext): LogRecord[] {
  const common = { process: 'router', severity: 'info', time, tag: ROUTER_TAG, position: context.position } as const;
  const records: LogRecord[] = [
    {
      ...common,
      destination: { kind: 'app', ...owner },
      text: `${fields} host=${owner.app}-${owner.space} path=${path}`,
    },
  ];
  if (site) {
    records.push({
      ...common,
      destination: { kind: 'site', site: site.name },
      text: `${fields} host=${site.name} path=${site.path}`,
    });
  }
  return records;
}
