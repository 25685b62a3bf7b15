import { cpuSeconds, forgetPeak, peakMemoryMb } from './process-figures.ts';

/** What a process uses from now on. */
export class ProcessMeter {
  private readonly name: string;
  private readonly pid: number;
  private readonly usedBefore: number;

  constructor(name: string, pid: number) {
    this.name = name;
    this.pid = pid;
    forgetPeak(pid);
    this.usedBefore = cpuSeconds(pid);
  }

  /** In words, for so many lines. */
  figures(lines: number): string {
    const perCpuSecond = lines / (cpuSeconds(this.pid) - this.usedBefore);
    return `${this.name} ${perCpuSecond.toFixed(0)} lines a second of processor time, ${peakMemoryMb(this.pid).toFixed(0)} MB at most`;
  }
}
