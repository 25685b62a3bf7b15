/** C0 and C1 controls, line separators, zero-width and bidirectional marks: what can forge or hide a line of a log. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** `text` in at most `length` characters, with everything that a terminal or reader might obey written as `\u{…}`. */
export function printable(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .slice(0, length);
}
