/** Characters of RFC 8187's attr-char that encodeURIComponent leaves, and those it must not leave. */
const NOT_ATTR_CHAR = /['()*]/g;

/**
 * Content-Disposition for a file that is only ever saved (RFC 6266 §4): an ASCII name for old clients and the real one
 * in UTF-8 (RFC 8187). No character of the name can leave its quotes.
 */
export function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    NOT_ATTR_CHAR,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
