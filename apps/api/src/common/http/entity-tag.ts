import { commonErrors } from '../errors/common.errors.js';

/** The strong entity tag of an edited thing: the number of its edits. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/**
 * The versions of which `If-Match` asks for one (RFC 9110 §13.1.1), or undefined where it asks for none (absent or `*`).
 * A tag that is no version of ours, or a weak one, can match nothing: without any other it is 412.
 */
export function expectedVersions(ifMatch: string | undefined): readonly number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const versions = ifMatch.split(',').flatMap((tag) => /^"(\d+)"$/.exec(tag.trim())?.[1] ?? []);
  if (versions.length === 0) throw commonErrors.preconditionFailed();
  return versions.map(Number);
}

/** Whether `If-None-Match` names our tag, given without `W/` (weak comparison, RFC 9110 §13.1.2). */
export function matchesNone(ifNoneMatch: string | undefined, tag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((item) => item.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
