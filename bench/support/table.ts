/** The middle of the values; of an even number, the lower of the two middles. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export interface Contestant {
  readonly name: string;
  /** Does the work once and answers the figure of that run. */
  run(round: number): Promise<number>;
}

/**
 * Lets everybody run once in each round, so that a machine whose speed drifts is unfair to nobody, and prints medians,
 * the spread, and each one's median ratio to the first, taken round by round.
 */
export async function compare(
  title: string,
  unit: string,
  rounds: number,
  contestants: readonly Contestant[],
): Promise<void> {
  const figures = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) figures[index]?.push(await contestant.run(round));
  }
  console.log(`\n${title} (${rounds} rounds, ${unit})`);
  for (const [index, { name }] of contestants.entries()) {
    const own = figures[index] ?? [];
    const ratios = own.map((figure, round) => (figures[0]?.[round] ?? Number.NaN) / figure);
    const spread = `${Math.min(...own).toFixed(0)}–${Math.max(...own).toFixed(0)}`;
    console.log(
      `  ${name.padEnd(42)} ${median(own).toFixed(0).padStart(6)}  (${spread.padEnd(11)})  ours / this: ${median(ratios).toFixed(2)}`,
    );
  }
}
