import { type Download, expect, type Locator, type Page } from '@playwright/test';
import type { Hands } from './hands.js';
import type { Words } from './words.js';

/** The workbench as a support engineer uses it. */
export class StaffDesk {
  constructor(
    readonly page: Page,
    private readonly hands: Hands,
    private readonly words: Words,
  ) {}

  /** Two clicks, one number; answers the link, which is in the clipboard by then. */
  async makeTicket(number: string): Promise<string> {
    const { page, hands, words } = this;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await hands.press(page.getByRole('button', { name: words.say('tickets:new.button') }).first());
    const dialog = page.getByRole('dialog', { name: words.say('tickets:new.title') });
    const field = dialog.getByLabel(words.say('tickets:fields.number'));
    // Nobody has to click into it.
    await expect(field).toBeFocused();
    await page.keyboard.type(number);
    await hands.press(dialog.getByRole('button', { name: words.say('tickets:new.create') }));
    await expect(dialog.getByText(words.say('tickets:new.copied'))).toBeVisible();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    await expect(dialog.getByText(link)).toBeVisible();
    return link;
  }

  async openMadeTicket(number: string): Promise<void> {
    await this.hands.press(this.page.getByRole('link', { name: this.words.say('tickets:new.open') }));
    await expect(this.page.getByRole('heading', { level: 1, name: number })).toBeVisible();
  }

  /** A part of a ticket's page by the text of its heading. */
  section(title: string): Locator {
    return this.page
      .locator('section')
      .filter({ has: this.page.getByRole('heading', { level: 2, name: this.words.say(title) }) });
  }

  archive(name: string): Locator {
    return this.section('tickets:page.arrived').getByRole('row').filter({ hasText: name });
  }

  upload(name: string): Locator {
    return this.section('tickets:page.under_way').getByRole('listitem').filter({ hasText: name });
  }

  /** By a plain navigation: a page that reads the bytes itself would hold them in memory. */
  async download(name: string): Promise<Download> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.hands.press(
        this.archive(name).getByRole('link', { name: this.words.say('archives:download_named', { name }) }),
      ),
    ]);
    expect(download.url()).toMatch(/^http:.+\/download$/);
    return download;
  }

  async resolve(): Promise<void> {
    const button = (text: string): Locator =>
      this.page.getByRole('main').getByRole('button', { name: this.words.say(text), exact: true });
    await this.hands.press(button('tickets:resolve'));
    await expect(button('tickets:reopen')).toBeVisible();
  }

  /** Answers what the question said would be gone. */
  async deleteTicket(number: string): Promise<string> {
    const { page, hands, words } = this;
    await hands.press(page.getByRole('main').getByRole('button', { name: words.say('tickets:delete'), exact: true }));
    const question = page.getByRole('alertdialog', { name: words.say('tickets:delete_ticket.title', { number }) });
    const text = (await question.textContent()) ?? '';
    await hands.press(question.getByRole('button', { name: words.say('tickets:delete_ticket.action') }));
    await expect(page.getByText(words.say('tickets:toast.deleted', { number }))).toBeVisible();
    return text;
  }
}
