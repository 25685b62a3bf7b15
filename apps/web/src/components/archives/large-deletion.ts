const LARGE_BYTES = 1_000_000_000;
const MANY_ARCHIVES = 10;

/** What is large or many is deleted only by who types its name. */
export function isLargeDeletion({ archives, bytes }: { readonly archives: number; readonly bytes: number }): boolean {
  return bytes > LARGE_BYTES || archives > MANY_ARCHIVES;
}
