import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** What react-aria has just read out; it names a button that was busy and may be gone by now. */
const READ_OUT = '[data-live-announcer]';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
/** What a theme can spoil; everything else is the same in both. */
const ABOUT_COLOURS = ['color-contrast', 'link-in-text-block'];

function axeOn(page: Page, within: string | undefined): AxeBuilder {
  // Without frames there is nothing to join, for which the other mode opens a page of its own each time.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).exclude(READ_OUT);
  return within === undefined ? axe : axe.include(within);
}

/** Fails with what is wrong and where, in few lines. */
async function expectNothingFound(axe: AxeBuilder, where: string): Promise<void> {
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${where}: ${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
  expect.soft(found).toEqual([]);
}

/** Nothing that axe finds wrong on the page, or in the part of it that `within` selects. */
export async function expectAccessible(page: Page, where: string, within?: string): Promise<void> {
  await expectNothingFound(axeOn(page, within).withTags(TAGS), where);
}

/** The same in the light and in the dark theme; the system's is what the page follows. */
export async function expectAccessibleInBothThemes(page: Page, where: string, within?: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await expectAccessible(page, `${where}, light`, within);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectNothingFound(axeOn(page, within).withRules(ABOUT_COLOURS), `${where}, dark`);
}

/** Nothing may stick out: who has to scroll sideways misses half of a page. */
export async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect.soft(content, `${where} is wider than the window`).toBeLessThanOrEqual(window ?? 0);
  // A table scrolls in a frame of its own, which the page does not feel.
  const tables = await page.evaluate(() =>
    [...document.querySelectorAll('table')]
      .filter(({ parentElement: frame }) => frame !== null && frame.scrollWidth > frame.clientWidth)
      .map(({ parentElement: frame, dataset }) => `${dataset.table}: ${frame?.scrollWidth} in ${frame?.clientWidth}`),
  );
  expect.soft(tables, `${where} has tables that are wider than their place`).toEqual([]);
}
