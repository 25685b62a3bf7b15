import { plainText } from './ansi-text.js';
import type { LogLine } from './line-window.js';

export interface LineFilter {
  readonly text: string;
  readonly isExpression: boolean;
}

export type LineTest = (line: LogLine) => boolean;

/**
 * Whether a line is shown. Plain text ignores case; an expression is JavaScript's, with case ignored. Undefined where the
 * expression is not one (yet). Gaps are always shown: they say what is missing.
 */
export function lineTestOf({ text, isExpression }: LineFilter): LineTest | undefined {
  if (text === '') return () => true;
  if (!isExpression) {
    const wanted = text.toLowerCase();
    return ({ missing, text: line }) => missing > 0 || plainText(line).toLowerCase().includes(wanted);
  }
  try {
    const expression = new RegExp(text, 'iu');
    return ({ missing, text: line }) => missing > 0 || expression.test(plainText(line));
  } catch {
    return undefined;
  }
}
