/** The `code` of an error from the system or a library (`ENOENT`, `SQLITE_BUSY`, `40001`), where it has one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
