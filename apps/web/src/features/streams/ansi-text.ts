import Anser from 'anser';

/** The colours that a terminal has names for; the page gives them values that can be read in both themes. */
const COLOUR = /^ansi-(?:bright-)?(?<name>red|green|yellow|blue|magenta|cyan|black|white)$/;

export interface TextPart {
  readonly text: string;
  readonly colour: string | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

/** A line with terminal colours (ECMA-48, SGR) as parts of text with their looks; never as HTML. */
export function styledParts(line: string): readonly TextPart[] {
  if (!line.includes('\x1b')) return [{ text: line, colour: undefined, isBold: false, isDim: false }];
  return Anser.ansiToJson(line, { json: true, use_classes: true, remove_empty: true }).map(
    ({ content, fg, decorations }) => ({
      text: content,
      colour: COLOUR.exec(fg)?.groups?.name,
      isBold: decorations.includes('bold'),
      isDim: decorations.includes('dim'),
    }),
  );
}

/** A line without them, to copy and to search. */
export function plainText(line: string): string {
  return line.includes('\x1b') ? Anser.ansiToText(line) : line;
}
