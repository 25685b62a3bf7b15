import type { Schema } from '@logs-collector/api-client/client';
import { isOffered } from '../lib/permissions.js';
import { paths } from './paths.js';

const FOR_ALL = ['tickets', 'archives', 'platforms'] as const;
const FOR_ADMINS = ['users', 'audit'] as const;

type PageId = (typeof FOR_ALL)[number] | 'streams' | 'storage' | (typeof FOR_ADMINS)[number];

/** The addresses below which a page's own ones are, where they do not begin with its own. */
const BELOW: Readonly<Partial<Record<PageId, string>>> = { tickets: '/tickets', storage: '/self-test' };

/** How a link of the header stands to where one is: `page` on the page itself, `true` on one that belongs to it. */
export function currentOf(id: PageId, pathname: string): 'page' | 'true' | undefined {
  const own = paths[id].href();
  if (pathname === own) return 'page';
  const below = BELOW[id] ?? own;
  return pathname === below || pathname.startsWith(`${below}/`) ? 'true' : undefined;
}

/** The pages that somebody is led to, in the order of the header. */
export function pagesOf(me: Schema<'AccountView'>): readonly PageId[] {
  return [
    ...FOR_ALL,
    ...(isOffered(me, 'drain.read') ? (['streams'] as const) : []),
    'storage',
    ...(me.role === 'admin' ? FOR_ADMINS : []),
  ];
}
