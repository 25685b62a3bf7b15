import Anser from 'anser';

/** The colours that a terminal has names for; the page gives them values that can be read in both themes. */
const COLOUR = /^ansi-(?:bright-)?(?<name>red|green|yellow|blue|magenta|cyan|black|white)$/;

export interface TextPart {
  readonly text: string;
  readonly colour: string | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

/** Control characters but tab, and those that turn the direction of text around (Unicode UAX #9): a line could lie with them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is those that are looked for
const UNSEEN = /[\0-\x08\n-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Unicode has pictures of the first 32, U+2400 and on. */
const PICTURES = 0x2400;

/** A line with terminal colours (ECMA-48, SGR) as parts of text with their looks; never as HTML. */
export function styledParts(line: string): readonly TextPart[] {
  if (!line.includes('\x1b')) return [{ text: seen(line), colour: undefined, isBold: false, isDim: false }];
  return Anser.ansiToJson(line, { json: true, use_classes: true, remove_empty: true }).map(
    ({ content, fg, decorations }) => ({
      text: seen(content),
      colour: COLOUR.exec(fg)?.groups?.name,
      isBold: decorations.includes('bold'),
      isDim: decorations.includes('dim'),
    }),
  );
}

function seen(text: string): string {
  return text.replaceAll(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20
      ? String.fromCharCode(PICTURES + code)
      : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** A line without them, to copy and to search. */
export function plainText(line: string): string {
  return line.includes('\x1b') ? Anser.ansiToText(line) : line;
}
