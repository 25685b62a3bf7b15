import { commonErrors } from '../common/errors/common.errors.js';

/** As the shuttle takes it. */
export type DestinationBody = { readonly app: string; readonly space: string } | { readonly site: string };

interface GivenDestination {
  readonly app?: string;
  readonly space?: string;
  readonly site?: string;
}

/** An app with its space, or a site; throws where it is neither or both. */
export function destinationOf({ app, space, site }: GivenDestination): DestinationBody {
  if (site !== undefined && (app !== undefined || space !== undefined)) {
    throw commonErrors.validation([{ pointer: '/site', detail: 'must not stand beside app and space' }]);
  }
  if (site !== undefined) return { site };
  if (app !== undefined && space !== undefined) return { app, space };
  const pointer = app === undefined ? '/app' : '/space';
  throw commonErrors.validation([{ pointer, detail: 'must be given: app and space, or site' }]);
}

/** How the shuttle writes it: HOSTNAME of packets. */
export function tokenOf(destination: DestinationBody): string {
  return 'site' in destination ? destination.site : `${destination.app}-${destination.space}`;
}

/**
 * Scheme, host and port of a drain's URL, for the trail: what stands before the `@`, the path and the query may all be
 * secrets of a receiver.
 */
export function receiverOf(url: string): string {
  const [, scheme = '', host = ''] = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?([^/?#]*)/i.exec(url) ?? [];
  return `${scheme}${host}`;
}
