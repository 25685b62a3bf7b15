import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** What react-aria has just read out; it names a button that was busy and may be gone by now. */
const READ_OUT = '[data-live-announcer]';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

/** Fails with what is wrong and where, in few lines. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).exclude(READ_OUT).analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${where}: ${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
  expect.soft(found).toEqual([]);
}

/** Nothing may stick out: who has to scroll sideways misses half of a page. */
export async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect.soft(content, `${where} is wider than the window`).toBeLessThanOrEqual(window ?? 0);
}
