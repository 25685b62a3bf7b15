import { describe, expect, it } from '@jest/globals';
import { LeasedWork } from './leased-work.js';

/** One process, in which a lease that is held is not given again. */
function workWith(held = new Set<string>()): LeasedWork {
  const leases = {
    run: async (name: string, work: () => Promise<void>) => {
      if (held.has(name)) return false;
      held.add(name);
      await work().finally(() => held.delete(name));
      return true;
    },
  };
  return new LeasedWork({
    kind: 'replay',
    leases,
    shutdown: { isDraining: false },
    logger: { error: () => undefined },
  });
}

describe('LeasedWork', () => {
  it('that is begun a second time meanwhile is waited for until the first is done', async () => {
    const work = workWith();
    const { promise: working, resolve: finish } = Promise.withResolvers<void>();
    let isDone = false;
    const first = work.hold('a', async () => {
      await working;
      isDone = true;
    });
    void work.hold('a', async () => undefined);
    setTimeout(finish, 20);
    await work.whenEnded('a');
    expect(isDone).toBe(true);
    await first;
    await expect(work.whenAllEnded()).resolves.toBeUndefined();
  });

  it('that fails does not keep others from ending', async () => {
    const work = workWith();
    await work.hold('a', () => Promise.reject(new Error('failed')));
    await expect(work.whenEnded('a')).resolves.toBeUndefined();
  });
});
