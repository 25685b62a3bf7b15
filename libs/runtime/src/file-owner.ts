import { statSync } from 'node:fs';

/** Why this process cannot use what lies at a path, as the end of a sentence: the owner, or the mode. */
export function ownership(path: string): string {
  const owner = ownerOf(path);
  if (owner === undefined) return `user ${ownUserId()} cannot even enter the directory that holds it`;
  if (owner === ownUserId()) return 'is it mounted read-only, or has its mode been changed?';
  return `it belongs to user ${owner} and must belong to user ${ownUserId()}`;
}

/** The numeric user of this process, or '?' where the system knows no such thing. */
export function ownUserId(): number | string {
  return process.geteuid?.() ?? '?';
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}
