import type { LineSink } from './line-drains.ts';
import { cpuSeconds, peakMemoryMb } from './process-figures.ts';
import { type Contestant, compare, median } from './table.ts';

/** What a process did from the first line that arrived to the last. */
export interface Outcome {
  readonly linesPerSecond: number;
  readonly linesPerCpuSecond: number;
  /** The most that it had, the start included. */
  readonly memoryMb: number;
}

/** What a process does until so many lines have come to the sink after the `before` that it had. */
export async function outcomeOf(pid: number, sink: LineSink, before: number, lines: number): Promise<Outcome> {
  await sink.reached(before + 1);
  const [first, startedAt, usedBefore] = [sink.lines - before, performance.now(), cpuSeconds(pid)];
  await sink.reached(before + lines);
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    linesPerSecond: (lines - first) / seconds,
    linesPerCpuSecond: (lines - first) / (cpuSeconds(pid) - usedBefore),
    memoryMb: peakMemoryMb(pid),
  };
}

/** One whose processor time and memory count besides its pace. */
export class MeteredContestant implements Contestant {
  readonly name: string;
  private readonly work: () => Promise<Outcome>;
  private readonly outcomes: Outcome[] = [];

  constructor(name: string, work: () => Promise<Outcome>) {
    this.name = name;
    this.work = work;
  }

  async run(): Promise<number> {
    const outcome = await this.work();
    this.outcomes.push(outcome);
    return outcome.linesPerSecond;
  }

  print(): void {
    const perCpuSecond = median(this.outcomes.map(({ linesPerCpuSecond }) => linesPerCpuSecond));
    const memoryMb = Math.max(...this.outcomes.map((outcome) => outcome.memoryMb));
    console.log(
      `  ${this.name}: ${perCpuSecond.toFixed(0)} lines a second of processor time, ${memoryMb.toFixed(0)} MB at most`,
    );
  }
}

export async function compareMetered(
  title: string,
  rounds: number,
  contestants: readonly MeteredContestant[],
): Promise<void> {
  await compare(title, 'lines/s', rounds, contestants);
  for (const contestant of contestants) contestant.print();
}
