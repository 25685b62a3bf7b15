import type { Page } from '@playwright/test';

/** Resolves when a page shows what it fetched: no skeleton any more, nothing that still moves. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1, h2').first().waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"]') === null &&
      document.getAnimations().every(({ playState, effect }) => {
        const isEndless = effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY;
        return isEndless || playState !== 'running';
      }),
  );
}
