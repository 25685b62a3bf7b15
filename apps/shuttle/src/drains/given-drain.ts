import { ConnectRefusedError, type SafeConnect } from '@logs-collector/runtime/safe-connect';
import { type DrainTarget, DrainUrlError, parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import type { Destination } from '@logs-collector/shuttle/record';
import { problems } from '../http/problem.js';
import { NAME } from './drain-owner.js';

/** What a body names: an app with its space, or a site. Throws a problem. */
export function destinationOf(body: object): Destination {
  const { app, space, site } = body as { app?: unknown; space?: unknown; site?: unknown };
  if (isName(site)) return { kind: 'site', site };
  if (isName(app) && isName(space)) return { kind: 'app', app, space };
  throw problems.badRequest('The body must name app and space, or site.');
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

/** The URL that a body names. Throws a problem. */
export function urlOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) throw problems.badRequest('The body must be {"url": "…"}.');
  const url = 'url' in body ? body.url : undefined;
  if (typeof url !== 'string') throw problems.invalidUrl('The field url must be a text.');
  return url;
}

/** Where it leads, if it may. Throws a problem. */
export function targetOf(url: string, guard: SafeConnect): DrainTarget {
  try {
    const target = parseDrainUrl(url);
    guard.check(target);
    return target;
  } catch (error) {
    if (error instanceof DrainUrlError || error instanceof ConnectRefusedError)
      throw problems.invalidUrl(error.message);
    throw error;
  }
}
