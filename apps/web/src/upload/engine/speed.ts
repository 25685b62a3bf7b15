/** How fast bytes move, smoothed so that a person can read it. */
export interface Speed {
  readonly bytesPerSecond: number;
  readonly bytes: number;
  readonly at: number;
}

/** After so long a measurement counts for about a third. */
const MEMORY_MS = 6_000;

export function speedFrom(bytes: number, now: number): Speed {
  return { bytesPerSecond: 0, bytes, at: now };
}

export function measured(speed: Speed, bytes: number, now: number): Speed {
  const elapsed = now - speed.at;
  if (elapsed <= 0 || bytes < speed.bytes) return { ...speed, bytes, at: Math.max(now, speed.at) };
  const present = ((bytes - speed.bytes) / elapsed) * 1_000;
  const weight = speed.bytesPerSecond === 0 ? 1 : 1 - Math.exp(-elapsed / MEMORY_MS);
  return { bytesPerSecond: speed.bytesPerSecond + weight * (present - speed.bytesPerSecond), bytes, at: now };
}

/** Milliseconds until the end at this speed; undefined while nothing moves. */
export function timeLeft(speed: Speed, size: number): number | undefined {
  return speed.bytesPerSecond < 1 ? undefined : ((size - speed.bytes) / speed.bytesPerSecond) * 1_000;
}
