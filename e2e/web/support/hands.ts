import { expect, type FileChooser, type Locator, type Page } from '@playwright/test';

export type HandsKind = 'mouse' | 'touch' | 'keyboard';

/** More stops than any of our pages has. */
const TAB_STOPS = 150;

/** How somebody works with a page: the same story is told with a mouse, a thumb and the keyboard alone. */
export interface Hands {
  press(target: Locator): Promise<void>;
  type(field: Locator, text: string): Promise<void>;
  /** Takes an entry of an open menu or list. */
  choose(entry: Locator): Promise<void>;
  /** Opens the system's file dialog, which is answered by the test, not by hand. */
  pick(target: Locator): Promise<FileChooser>;
}

export function handsFor(page: Page, kind: HandsKind): Hands {
  return kind === 'keyboard' ? new KeyboardHands(page) : new PointerHands(page, kind === 'touch');
}

class PointerHands implements Hands {
  readonly #page: Page;
  readonly #isTouch: boolean;

  constructor(page: Page, isTouch: boolean) {
    this.#page = page;
    this.#isTouch = isTouch;
  }

  press(target: Locator): Promise<void> {
    return this.#isTouch ? target.tap() : target.click();
  }

  type(field: Locator, text: string): Promise<void> {
    return field.fill(text);
  }

  choose(entry: Locator): Promise<void> {
    return this.press(entry);
  }

  async pick(target: Locator): Promise<FileChooser> {
    const [chooser] = await Promise.all([this.#page.waitForEvent('filechooser'), this.press(target)]);
    return chooser;
  }
}

class KeyboardHands implements Hands {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(target: Locator): Promise<void> {
    await this.reach(target);
    await this.#page.keyboard.press('Enter');
  }

  async type(field: Locator, text: string): Promise<void> {
    await this.reach(field);
    await this.#page.keyboard.press('ControlOrMeta+A');
    await this.#page.keyboard.type(text);
  }

  async choose(entry: Locator): Promise<void> {
    await entry.waitFor();
    for (let step = 0; step < TAB_STOPS && !(await hasFocus(entry)); step += 1) {
      await this.#page.keyboard.press('ArrowDown');
    }
    await this.#page.keyboard.press('Enter');
  }

  async pick(target: Locator): Promise<FileChooser> {
    const [chooser] = await Promise.all([this.#page.waitForEvent('filechooser'), this.press(target)]);
    return chooser;
  }

  private async reach(target: Locator): Promise<void> {
    await target.waitFor();
    await expect(target).toBeEnabled();
    for (let stop = 0; stop < TAB_STOPS; stop += 1) {
      if (await hasFocus(target)) return;
      await this.#page.keyboard.press('Tab');
    }
    throw new Error(`The keyboard cannot reach ${target}.`);
  }
}

/** Lists keep the focus on themselves and only name the entry (aria-activedescendant), or move it. */
function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => {
    const active = document.activeElement;
    return (
      element === active ||
      element.hasAttribute('data-focused') ||
      active?.getAttribute('aria-activedescendant') === element.id
    );
  });
}
