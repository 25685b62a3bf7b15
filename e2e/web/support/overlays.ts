import type { Page } from '@playwright/test';
import type { SampleWorld } from '../../support/sample-world.ts';
import type { Words } from './words.js';

/** What opens over a page. */
export interface Overlay {
  readonly name: string;
  readonly within: string;
  open(page: Page, words: Words): Promise<void>;
  /** Where Escape does not do it. */
  close?(page: Page, words: Words): Promise<void>;
}

interface PageWithOverlays {
  readonly path: (world: SampleWorld) => string;
  readonly overlays: readonly Overlay[];
}

const DIALOG = '[role=dialog], [role=alertdialog]';

function byKey(name: string, key: string): Overlay {
  return { name, within: DIALOG, open: (page) => page.keyboard.press(key) };
}

/** Opened by the first button of the page with this name. */
function byButton(
  name: string,
  address: string,
  within = DIALOG,
  values: Readonly<Record<string, string>> = {},
): Overlay {
  return {
    name,
    within,
    open: (page, words) =>
      page
        .getByRole('button', { name: words.say(address, values) })
        .first()
        .click(),
  };
}

const menu: Overlay = {
  name: 'a menu',
  within: '[role=menu]',
  open: (page, words) => page.getByRole('button', { name: words.like('common:account') }).click(),
};

const listOfChoices: Overlay = {
  name: 'a list of choices',
  within: '[role=listbox]',
  open: (page, words) => page.getByRole('button', { name: words.say('account:profile.language') }).click(),
};

const undo: Overlay = {
  name: 'a toast with undo',
  within: '[role=alertdialog]',
  open: (page) => page.keyboard.press('r'),
  close: (page, words) => page.getByRole('button', { name: words.say('common:undo') }).click(),
};

export const OVERLAYS: readonly PageWithOverlays[] = [
  {
    path: () => '/',
    overlays: [
      byKey('the palette', 'ControlOrMeta+k'),
      byKey('the overview of keys', '?'),
      byKey('a new ticket', 'c'),
      byButton('the columns', 'common:columns.button'),
      menu,
    ],
  },
  {
    path: ({ fullTicket }) => `/tickets/${fullTicket}`,
    overlays: [
      byButton('editing the ticket', 'tickets:edit_ticket.button'),
      byButton('deleting the ticket', 'tickets:delete'),
      byButton('deleting an archive', 'archives:delete_named', DIALOG, { name: 'journal.log' }),
      byButton('a new link', 'tickets:link.new'),
      byButton('the QR code', 'tickets:link.qr'),
      byButton('withdrawing a link', 'tickets:link.revoke'),
      undo,
    ],
  },
  {
    path: () => '/platforms',
    overlays: [
      byButton('a new platform', 'platforms:new'),
      byButton('editing a platform', 'platforms:edit', DIALOG, { name: 'DNSmanager' }),
      byButton('deleting a platform', 'platforms:delete', DIALOG, { name: 'DNSmanager' }),
    ],
  },
  {
    path: () => '/users',
    overlays: [
      byButton('a new user', 'users:new'),
      byButton('what can be done with a user', 'users:actions.of', '[role=menu]', { name: 'oleg' }),
    ],
  },
  { path: () => '/account', overlays: [listOfChoices, byButton('a new key', 'account:keys.new')] },
];
