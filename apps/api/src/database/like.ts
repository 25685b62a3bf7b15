/** Makes `%`, `_` and `\` ordinary characters of a LIKE pattern that ends in `ESCAPE '\'`. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}
