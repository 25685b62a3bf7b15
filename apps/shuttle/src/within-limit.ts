/**
 * What `work` resolves with, where that takes no longer. It goes on by itself afterwards.
 * @throws Error where it takes longer.
 */
export async function withinLimit<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('It took too long.')), limitMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
