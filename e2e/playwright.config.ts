import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, findChromium } from './support/chromium.js';

const chromium = await findChromium();
const isLarge = process.env.TEST_LARGE === '1';

/** The shipped server in a real browser. Started by scripts/run-tests.mjs, or by `npm run dev test:web -- <filter>`. */
export default defineConfig({
  testDir: 'web',
  testMatch: '**/*.web-spec.ts',
  outputDir: '../test-results/web',
  // A story that only holds at the second try is a defect.
  retries: 0,
  workers: Number(process.env.TEST_WEB_WORKERS ?? 2),
  fullyParallel: false,
  forbidOnly: process.env.CI === 'true',
  // A machine that does other things besides takes its time. What has to be quick says so in its test.
  timeout: isLarge ? 20 * 60_000 : 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: '../test-results/web.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    actionTimeout: 30_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      args: CHROMIUM_ARGUMENTS,
      ...(chromium
        ? {
            executablePath: chromium.executablePath,
            env: { ...definedOnly(process.env), ...chromium.env },
          }
        : {}),
    },
  },
});

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
