import { expect, type Page } from '@playwright/test';
import type { ApiUser, TicketReply } from '../../support/staff.ts';
import type { TcpProxy } from '../../support/tcp-proxy.ts';
import { CustomerDesk } from './customer-desk.ts';
import { drag } from './file-drag.ts';
import type { SampleFiles } from './files.ts';
import { handsFor } from './hands.ts';
import type { Words } from './words.ts';

const MIB = 1024 * 1024;
const SLOW = 2 * MIB;
const EXPIRES_MS = 1_500;

export interface UploadStage {
  readonly page: Page;
  readonly words: Words;
  readonly files: SampleFiles;
  readonly admin: ApiUser;
  /** Before the server. */
  readonly line: TcpProxy;
  /** Of a ticket that is not there yet. */
  readonly number: string;
}

/** Leads the customer's page through everything that it can show; `look` is called in each state with its name. */
export async function walkUploadStates(stage: UploadStage, look: (state: string) => Promise<void>): Promise<void> {
  const { page, words, files, admin, line, number } = stage;
  const say = (address: string) => words.say(`upload:${address}`);
  const desk = new CustomerDesk(page, handsFor(page, 'mouse'), words);
  const make = (one: string, fields: Record<string, unknown> = {}) =>
    admin.expect<TicketReply>(201, 'POST', '/api/v1/tickets', { number: one, platform: 'vmmanager-6', ...fields });
  const resolve = (resolved: boolean) => admin.expect(200, 'PATCH', `/api/v1/tickets/${number}`, { resolved });

  const expiring = await make(`${number}-old`, { expires_at: new Date(Date.now() + EXPIRES_MS).toISOString() });
  const expiredAt = Date.now() + EXPIRES_MS;
  const { token } = await make(number);
  await desk.open(`${line.url}/u#${token}`);
  await look('before');

  const bundle = files.make('bundle.tar.gz', 16 * MIB, 3);
  const journal = files.make('журнал vm-agent за 24 ноября, второй узел кластера.log', 16 * MIB, 5);
  const core = files.make('core.zst', 12 * MIB, 7);
  const notes = files.make('notes.txt', 20_000, 9);
  const target = page.locator('[data-drop-target]');
  await drag(page, ['dragEnter', 'dragOver'], bundle.path);
  await expect(target).toBeVisible();
  await look('dragging');
  // Let go elsewhere.
  await page.mouse.move(5, 5);
  await page.mouse.move(6, 6);
  await expect(target).toBeHidden();

  line.bytesPerSecond = SLOW;
  await desk.choose(bundle, journal, core, notes, files.make('empty.log', 0));
  await page.getByRole('button', { name: words.say('upload:row.pause', { name: journal.name }) }).click();
  await expect(desk.row(bundle.name)).toContainText(/\d\s?%.*\/\S+/);
  await expect(desk.row(notes.name)).toContainText('SHA-256');
  await look('uploading');

  line.refuse(true);
  line.cutNow();
  await page.getByRole('button', { name: say('understood') }).click();
  await expect(desk.row(bundle.name).getByText(say('waiting.line'))).toBeVisible();
  await page.getByRole('button', { name: words.say('upload:row.cancel', { name: bundle.name }) }).click();
  await look('line-lost');

  line.refuse(false);
  await desk.reloadAnyway();
  await expect(desk.remembered).toContainText(bundle.name);
  await look('remembered');

  await desk.choose(bundle);
  await expect(desk.row(bundle.name)).toContainText(/\d\s?%.*\/\S+/);
  await resolve(true);
  line.cutNow();
  await expect(desk.row(bundle.name)).toContainText(say('refused.ticket_resolved'));
  await look('refused');

  await resolve(false);
  line.bytesPerSecond = 0;
  await page.getByRole('button', { name: words.say('common:retry') }).click();
  await expect(desk.receipt(2)).toBeVisible();
  await look('stored-not-all');

  await desk.choose(journal, core);
  await expect(desk.receipt(4)).toBeVisible();
  await look('stored-all');
  await page.emulateMedia({ media: 'print' });
  await look('printed');
  await page.emulateMedia({ media: 'screen' });

  await resolve(true);
  await page.reload();
  await expect(page.getByText(say('closed.ticket_resolved.title'))).toBeVisible();
  await look('closed-with-receipts');

  await page.waitForTimeout(Math.max(0, expiredAt - Date.now()));
  await page.goto('about:blank');
  await page.goto(`${line.url}/u#${expiring.token}`);
  await expect(page.getByText(say('closed.token_expired.title'))).toBeVisible();
  await look('expired');

  await page.goto('about:blank');
  await page.goto(`${line.url}/u#no-token`);
  await expect(page.getByRole('textbox')).toBeVisible();
  await look('token-wrong');
  line.refuse(true);
  line.cutNow();
  await page.getByRole('textbox').fill(token);
  await page.getByRole('button', { name: say('token.open') }).click();
  await expect(page.getByText(say('link.unreachable.title'))).toBeVisible();
  await look('server-down');
  line.refuse(false);
}
