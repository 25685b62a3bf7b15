import type { LogRecord } from '../src/record.ts';

/** A record whose text is its number, so that whoever receives it can be asked what is missing, double or out of order. */
export function numberedRecord(number: number, process = 'web', padding = ''): LogRecord {
  return {
    destination: { kind: 'app', app: 'app', space: 'space' },
    process,
    severity: 'info',
    time: '2026-11-25T16:00:00.000Z',
    tag: `${process}.1`,
    text: `n=${process}:${number}${padding}`,
    position: { topic: 'app', partition: 0, offset: number },
  };
}

/** What arrived of numbered lines, per process. */
export class LineLedger {
  readonly notices: number[] = [];
  duplicates = 0;
  /** Numbers that came for the first time after a greater one of the same process. */
  outOfOrder = 0;
  private readonly seen = new Map<string, { numbers: Set<number>; greatest: number }>();

  add(message: string): void {
    const notice = /Error L10 \(output buffer overflow\): (\d+) messages dropped since \d{4}-/.exec(message);
    if (notice) this.notices.push(Number(notice[1]));
    const [, process, text] = /n=([a-z0-9]+):(\d+)/.exec(message) ?? [];
    if (process === undefined) return;
    const number = Number(text);
    const line = this.seen.get(process) ?? { numbers: new Set(), greatest: -1 };
    this.seen.set(process, line);
    if (line.numbers.has(number)) {
      this.duplicates += 1;
      return;
    }
    if (number < line.greatest) this.outOfOrder += 1;
    line.greatest = Math.max(line.greatest, number);
    line.numbers.add(number);
  }

  /** Different lines that arrived. */
  get distinct(): number {
    return [...this.seen.values()].reduce((sum, { numbers }) => sum + numbers.size, 0);
  }

  /** Of one process, which of the numbers below `count` did not arrive. */
  missing(count: number, process = 'web'): number[] {
    const numbers = this.seen.get(process)?.numbers;
    return Array.from({ length: count }, (_, number) => number).filter((number) => !numbers?.has(number));
  }

  /** Of one process, which of the numbers that another ledger has did not arrive. */
  lacking(other: LineLedger, process = 'web'): number[] {
    const numbers = this.seen.get(process)?.numbers;
    return [...(other.seen.get(process)?.numbers ?? [])].filter((number) => !numbers?.has(number));
  }

  get noticed(): number {
    return this.notices.reduce((sum, count) => sum + count, 0);
  }
}
