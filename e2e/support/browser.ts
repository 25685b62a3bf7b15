import { type Browser, chromium } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.ts';

export type { CDPSession, Page } from '@playwright/test';

/** The browser of the tests, for programs that Playwright does not run. */
export async function launchBrowser(): Promise<Browser> {
  const found = await findChromium();
  if (!found) throw new Error('No Chromium was found; name one in CHROMIUM_PATH.');
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return chromium.launch({
    executablePath: found.executablePath,
    args: CHROMIUM_ARGUMENTS,
    env: { ...Object.fromEntries(inherited), ...found.env },
  });
}
