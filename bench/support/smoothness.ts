import type { Page } from '@playwright/test';

/** Entries are handed over some time after the paint that they end with. */
const HANDED_OVER_MS = 250;

const WATCH = `
  const seen = { slowestMs: 0, gapMs: 0 };
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) seen.slowestMs = Math.max(seen.slowestMs, duration);
    }
  }).observe({ type: 'event', durationThreshold: 16 });
  let last = performance.now();
  const step = (now) => {
    seen.gapMs = Math.max(seen.gapMs, now - last);
    last = now;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  window.takeSeen = () => {
    const taken = { ...seen };
    seen.slowestMs = 0;
    seen.gapMs = 0;
    return taken;
  };
`;

interface Seen {
  /** From an input to the next paint (Event Timing), the slowest; 0 where all took less than 16 ms. */
  readonly slowestMs: number;
  /** The longest time without a new frame: what one sees as stutter. */
  readonly gapMs: number;
}

export async function watchSmoothness(page: Page): Promise<void> {
  await page.addInitScript({ content: WATCH });
}

/** How smoothly the page did what `act` asks of it. */
export async function smoothnessOf(page: Page, act: () => Promise<void>): Promise<Seen> {
  await page.evaluate('window.takeSeen()');
  await act();
  await page.waitForTimeout(HANDED_OVER_MS);
  return page.evaluate<Seen>('window.takeSeen()');
}
