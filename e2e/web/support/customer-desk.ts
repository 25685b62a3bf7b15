import { expect, type Locator, type Page } from '@playwright/test';
import type { SampleFile } from './files.js';
import type { Hands } from './hands.js';
import type { Words } from './words.js';

/** The customer's page as a customer uses it. */
export class CustomerDesk {
  readonly page: Page;
  readonly #hands: Hands;
  readonly #words: Words;

  constructor(page: Page, hands: Hands, words: Words) {
    this.page = page;
    this.#hands = hands;
    this.#words = words;
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await expect(this.chooseButton).toBeVisible();
  }

  async choose(...files: readonly SampleFile[]): Promise<void> {
    const chooser = await this.#hands.pick(this.chooseButton);
    await chooser.setFiles(files.map(({ path }) => path));
  }

  async chooseFolder(path: string): Promise<void> {
    const chooser = await this.#hands.pick(
      this.page.getByRole('button', { name: this.#words.say('upload:drop.folder') }),
    );
    await chooser.setFiles(path);
  }

  /** The row of one upload. */
  row(name: string): Locator {
    return this.page
      .getByRole('region', { name: this.#words.say('upload:uploads') })
      .getByRole('listitem')
      .filter({ hasText: name });
  }

  get remembered(): Locator {
    return this.page.getByRole('region', { name: this.#words.say('upload:remembered.title') });
  }

  /** What nobody can miss, once all of `count` files have arrived. */
  receipt(count: number): Locator {
    return this.page.getByRole('region', { name: this.#words.say('upload:receipt.title', { count }) });
  }

  /** As a person does who presses F5: the browser asks first, because something is under way. */
  async reloadAnyway(): Promise<void> {
    const asked = this.page.waitForEvent('dialog').then(async (dialog) => {
      expect(dialog.type()).toBe('beforeunload');
      await dialog.accept();
    });
    await Promise.all([asked, this.page.reload()]);
    await expect(this.chooseButton).toBeVisible();
  }

  private get chooseButton(): Locator {
    return this.page.getByRole('button', { name: this.#words.say('upload:drop.files') });
  }
}
