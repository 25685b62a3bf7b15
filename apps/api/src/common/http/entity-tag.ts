import { commonErrors } from '../errors/common.errors.js';

/** The strong entity tag of an edited thing: the number of its edits. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that `If-Match` asks for (RFC 9110 §13.1.1), or undefined where it asks for none (absent or `*`).
 * A tag that is no version of ours can match nothing: 412.
 */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const version = /^"(\d+)"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw commonErrors.preconditionFailed();
  return Number(version);
}

/** Whether `If-None-Match` names our tag, given without `W/` (weak comparison, RFC 9110 §13.1.2). */
export function matchesNone(ifNoneMatch: string | undefined, tag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((item) => item.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
