import type { Page } from '@playwright/test';

type Step = 'dragEnter' | 'dragOver' | 'drop';

/** Steps of a drag from the system's file manager: the browser gets paths, no bytes. */
export async function drag(page: Page, steps: readonly Step[], ...paths: readonly string[]): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of steps) await client.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  await client.detach();
}
