/** Does `work` for every item, `lanes` of them at a time; the first failure ends all lanes and is thrown. */
export async function inParallel<T>(
  lanes: number,
  items: AsyncGenerator<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let hasFailed = false;
  const lane = async (): Promise<void> => {
    for (let next = await items.next(); !next.done && !hasFailed; next = await items.next()) {
      try {
        await work(next.value);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: lanes }, lane));
  await items.return(undefined);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
