import { splitAppSpace } from '@logs-collector/shuttle/app-space';
import type { Destination } from '@logs-collector/shuttle/record';

/** What a name of an app, a space or a site may be made of: it becomes the HOSTNAME of packets. */
export const NAME = /^[!-~]{1,255}$/;

/** `app-space`; undefined where it names no app. */
export function appDestination(owner: string): Extract<Destination, { kind: 'app' }> | undefined {
  const appSpace = NAME.test(owner) ? splitAppSpace(owner) : undefined;
  return appSpace && { kind: 'app', ...appSpace };
}

export function siteDestination(owner: string): Destination | undefined {
  return NAME.test(owner) ? { kind: 'site', site: owner } : undefined;
}
