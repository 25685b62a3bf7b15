import type { Schema } from '@logs-collector/api-client/client';
import { isOffered } from '../lib/permissions.js';

const FOR_ALL = ['tickets', 'archives', 'platforms'] as const;
const FOR_ADMINS = ['users', 'audit'] as const;

type PageId = (typeof FOR_ALL)[number] | 'streams' | 'storage' | (typeof FOR_ADMINS)[number];

/** The pages that somebody is led to, in the order of the header. */
export function pagesOf(me: Schema<'AccountView'>): readonly PageId[] {
  return [
    ...FOR_ALL,
    ...(isOffered(me, 'drain.read') ? (['streams'] as const) : []),
    'storage',
    ...(me.role === 'admin' ? FOR_ADMINS : []),
  ];
}
