import { expect, type Page } from '@playwright/test';
import { IS_LARGE } from '../support/size.js';
import { CustomerDesk } from './support/customer-desk.js';
import { sha256OfFile } from './support/files.js';
import { test } from './support/fixtures.js';

const MIB = 1024 * 1024;
const SIZES = IS_LARGE ? [512 * MIB, 5 * 1024 * MIB, 10 * 1024 * MIB] : [512 * MIB];
/** Far below any of the files: nothing of them may stay in the tab. */
const MAX_HEAP = 100 * MIB;

for (const size of SIZES) {
  test(`A file of ${size / MIB} MiB arrives whole, and the tab's memory stays small`, async ({
    page,
    house,
    hands,
    words,
    files,
  }) => {
    test.slow();
    const admin = await house.refresh();
    const number = `L-${size / MIB}`;
    const { token } = await admin.createTicket(number);
    const file = size > 1024 * MIB ? files.makeSparse('core.dump', size) : files.make('core.dump', size);
    const desk = new CustomerDesk(page, hands, words);
    await desk.open(`${house.server.url}/u#${token}`);
    const heap = watchHeap(page);
    await desk.choose(file);
    await expect(desk.receipt(1)).toBeVisible({ timeout: 60_000 + size / (5 * 1024) });
    expect(await heap.largest()).toBeLessThan(MAX_HEAP);
    await expect(desk.receipt(1)).toContainText(await sha256OfFile(file.path));
    await (await house.refresh()).expect(204, 'DELETE', `/api/v1/tickets/${number}`);
  });
}

/** The heap of scripts, asked for once a second. */
function watchHeap(page: Page): { largest(): Promise<number> } {
  let largest = 0;
  const look = async (): Promise<void> => {
    const client = await page.context().newCDPSession(page);
    const { usedSize } = await client.send('Runtime.getHeapUsage');
    await client.detach();
    largest = Math.max(largest, usedSize);
  };
  const timer = setInterval(() => void look().catch(() => undefined), 1_000);
  return {
    largest: async () => {
      clearInterval(timer);
      await look();
      return largest;
    },
  };
}
