import { readFileSync, writeFileSync } from 'node:fs';

/** The kernel's USER_HZ, which is 100 wherever Linux runs. */
const TICKS_PER_SECOND = 100;

/** Processor time that a process has used since its start, with all its threads. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may have spaces: utime and stime are the 12th and 13th after it (proc(5)).
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** The most memory that a process has had at a time, in MB of 10^6 bytes. */
export function peakMemoryMb(pid: number): number {
  return (Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024) / 1e6;
}

/** From now on the most memory is that of the time since (proc(5), clear_refs). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
