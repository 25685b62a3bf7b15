import { expect } from '@playwright/test';
import { IS_LARGE } from '../support/size.js';
import { tabBytes, watchTabMemory } from '../support/tab-memory.js';
import { CustomerDesk } from './support/customer-desk.js';
import { sha256OfFile } from './support/files.js';
import { test } from './support/fixtures.js';

const MIB = 1024 * 1024;
const SIZES = IS_LARGE ? [512 * MIB, 5 * 1024 * MIB, 10 * 1024 * MIB] : [512 * MIB];
/** Far below any of the files: nothing of them may stay in the tab. */
const MAX_GROWTH = 100 * MIB;

for (const size of SIZES) {
  test(`A file of ${size / MIB} MiB arrives whole, and the tab's memory stays small`, async ({
    browser,
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
    const before = await tabBytes(browser);
    const memory = watchTabMemory(browser);
    await desk.choose(file);
    await expect(desk.receipt(1)).toBeVisible({ timeout: 60_000 + size / (5 * 1024) });
    expect((await memory.most()) - before).toBeLessThan(MAX_GROWTH);
    await expect(desk.receipt(1)).toContainText(await sha256OfFile(file.path));
    await (await house.refresh()).expect(204, 'DELETE', `/api/v1/tickets/${number}`);
  });
}
