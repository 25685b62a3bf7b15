import { type LineLevel, levelOf } from './line-level.js';

export interface LogLine {
  /** Counts up from 0 and is never used again. */
  readonly id: number;
  readonly text: string;
  /** So many lines are missing here, as they were not read in time; 0 for a line of the log itself. */
  readonly missing: number;
  readonly level: LineLevel | undefined;
}

/** So many lines stay in the tab; what is older makes room. */
export const MOST_LINES = 20_000;
/** So many characters of them, and at least the newest line: a few thousand long ones would be more than a tab can hold. */
export const MOST_CHARACTERS = 32 * 1_024 * 1_024;
/** Room is made for many lines at once: moving 20,000 entries for each new one would be slow. */
const SLACK = 2_000;

const COMMENT = ': ';
/** What was not read in time; other comments only keep the line open. */
const GAP = /^: (\d+) lines were left out/;

/** The last lines of a log that comes in pieces of text, cut anywhere. */
export class LineWindow {
  private kept: LogLine[] = [];
  private rest = '';
  private characters = 0;
  private count = 0;

  /** How many lines have come, dropped ones among them. */
  get received(): number {
    return this.count;
  }

  get dropped(): number {
    return this.count - Math.min(this.kept.length, MOST_LINES);
  }

  /** The newest, oldest first, as they are now. */
  snapshot(): readonly LogLine[] {
    return this.kept.slice(-MOST_LINES);
  }

  add(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.rest += first;
    for (const next of others) {
      this.push(this.rest);
      this.rest = next;
    }
    // Whatever comes without an end is no log of ours; what there is of it is shown.
    if (this.rest.length > MOST_CHARACTERS) this.end();
    this.makeRoom();
  }

  /** The last line may lack its end. */
  end(): void {
    if (this.rest !== '') this.push(this.rest);
    this.rest = '';
  }

  private makeRoom(): void {
    let first = this.kept.length > MOST_LINES + SLACK ? this.kept.length - MOST_LINES : 0;
    let { characters } = this;
    for (const [index, { text }] of this.kept.entries()) {
      const isKept = index >= first && (characters <= MOST_CHARACTERS || index === this.kept.length - 1);
      if (isKept) break;
      characters -= text.length;
      first = index + 1;
    }
    if (first > 0) this.kept = this.kept.slice(first);
    this.characters = characters;
  }

  private push(text: string): void {
    if (text === '') return;
    const missing = Number(GAP.exec(text)?.[1] ?? 0);
    if (text.startsWith(COMMENT) && missing === 0) return;
    this.kept.push({ id: this.count, text, missing, level: missing > 0 ? undefined : levelOf(text) });
    this.characters += text.length;
    this.count += 1;
  }
}
