import type { CDPSession, Page } from '../../e2e/support/browser.ts';

/** Of one visit, in milliseconds: https://web.dev/articles/lcp, https://web.dev/articles/inp. */
export interface Vitals {
  readonly largestPaintMs: number;
  /** Of fewer than 50 interactions the slowest one is what INP means. */
  readonly slowestInteractionMs: number;
  readonly interactions: number;
}

/** Collected in the page, as only it is told. Interactions under 16 ms are not reported, and count as 0. */
const COLLECT = `
  const vitals = { largestPaintMs: 0, slowestInteractionMs: 0, seen: new Set() };
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) vitals.largestPaintMs = startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (!interactionId) continue;
      vitals.seen.add(interactionId);
      vitals.slowestInteractionMs = Math.max(vitals.slowestInteractionMs, duration);
    }
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
  window.readVitals = () => ({ ...vitals, interactions: vitals.seen.size });
`;

export async function collectVitals(page: Page): Promise<void> {
  await page.addInitScript({ content: COLLECT });
}

export function readVitals(page: Page): Promise<Vitals> {
  return page.evaluate<Vitals>('window.readVitals()');
}

/** A processor so many times slower than this machine's. */
export async function slowDown(page: Page, times: number): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: times });
  return session;
}

/** What Lighthouse calls slow 4G: 1.6 Mbit/s, 150 ms there and back. */
export async function slowLine(session: CDPSession): Promise<void> {
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1_000_000) / 8,
    uploadThroughput: (750 * 1_000) / 8,
  });
}
