/** What is settled keeps its memory until the line is moved up: when it is this part of all, and more than so many. */
const SETTLED_PART = 1 / 16;
const FEW_SETTLED = 32;

/** A number that stays open until everybody who was counted in has settled it. */
export class OpenMark {
  constructor(
    private readonly line: ContiguousMark,
    readonly number: number,
    private parties: number,
  ) {}

  get isSettled(): boolean {
    return this.parties === 0;
  }

  settle(): void {
    this.parties -= 1;
    if (this.parties === 0) this.line.advance();
  }
}

/** Growing numbers that are settled in any order; `mark` is the first that is not, so everything below it is. */
export class ContiguousMark {
  private opened: OpenMark[] = [];
  private first = 0;
  /** The next number may be this one, or a greater one. */
  end: number;
  mark: number;

  constructor(start: number) {
    this.mark = start;
    this.end = start;
  }

  /** @throws RangeError where a number does not lie beyond all that were entered before. */
  enter(number: number, parties: number): OpenMark {
    if (number < this.end) throw new RangeError(`${number} came after ${this.end - 1}: the numbers only grow.`);
    this.end = number + 1;
    const open = new OpenMark(this, number, parties);
    this.opened.push(open);
    this.advance();
    return open;
  }

  /** How many numbers are entered and not yet below the mark. */
  get open(): number {
    return this.opened.length - this.first;
  }

  advance(): void {
    while (this.opened[this.first]?.isSettled) this.first += 1;
    this.mark = this.opened[this.first]?.number ?? this.end;
    if (this.first > FEW_SETTLED && this.first > SETTLED_PART * this.opened.length) {
      this.opened = this.opened.slice(this.first);
      this.first = 0;
    }
  }
}
