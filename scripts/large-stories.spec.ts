import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');

it('npm run test:large tells the main story in two languages, two themes and three sizes, by mouse and by keyboard', () => {
  const cli = join(root, 'e2e/node_modules/@playwright/test/cli.js');
  const config = join(root, 'e2e/playwright.config.ts');
  const list = execFileSync(
    process.execPath,
    [cli, 'test', '--config', config, '--reporter', 'list', '--list', 'main-story'],
    {
      // Playwright refuses to run where it sees Jest.
      env: { ...process.env, JEST_WORKER_ID: undefined, TEST_LARGE: '1' },
      encoding: 'utf8',
    },
  );
  for (const hands of ['mouse', 'keyboard']) {
    for (const locale of ['en-US', 'ru-RU']) {
      for (const width of ['390 px', '1280 px', '2560 px']) {
        for (const scheme of ['light', 'dark']) {
          expect(list).toContain(`on sqlite, ${hands}, ${locale}, ${width}, ${scheme} `);
        }
      }
    }
  }
});
