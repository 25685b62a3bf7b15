import type { SampleWorld } from '../../support/sample-world.ts';

export interface PageToSee {
  readonly name: string;
  readonly path: (world: SampleWorld) => string;
  /** Who sees it: nobody in particular, or an administrator, who sees most. */
  readonly isPublic?: boolean;
}

/** Every page, in the state that shows most. */
export const PAGES: readonly PageToSee[] = [
  { name: 'upload', path: ({ uploadLinks }) => uploadLinks.open, isPublic: true },
  { name: 'upload-without-link', path: () => '/u', isPublic: true },
  { name: 'upload-wrong-link', path: () => '/u#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', isPublic: true },
  { name: 'upload-resolved', path: ({ uploadLinks }) => uploadLinks.resolved, isPublic: true },
  { name: 'upload-exhausted', path: ({ uploadLinks }) => uploadLinks.exhausted, isPublic: true },
  { name: 'upload-revoked', path: ({ uploadLinks }) => uploadLinks.revoked, isPublic: true },
  { name: 'login', path: () => '/login', isPublic: true },
  { name: 'setup', path: () => '/setup#not-a-code', isPublic: true },
  { name: 'invitation', path: ({ invitationLink }) => invitationLink, isPublic: true },
  { name: 'invitation-wrong', path: () => '/invitation#not-a-code', isPublic: true },
  { name: 'tickets', path: () => '/' },
  { name: 'tickets-none-found', path: () => '/?search=nothing-has-this' },
  { name: 'ticket', path: ({ fullTicket }) => `/tickets/${fullTicket}` },
  { name: 'ticket-waiting', path: () => '/tickets/SUP-1479' },
  { name: 'ticket-resolved', path: () => '/tickets/1203981' },
  { name: 'ticket-unknown', path: () => '/tickets/NO-SUCH' },
  { name: 'new-ticket', path: () => '/tickets/new' },
  { name: 'archives', path: () => '/archives' },
  { name: 'platforms', path: () => '/platforms' },
  { name: 'streams', path: () => '/streams' },
  { name: 'live-log', path: () => '/streams/tail?app=shop&space=production' },
  { name: 'storage', path: () => '/storage' },
  { name: 'self-test', path: () => '/self-test' },
  { name: 'users', path: () => '/users' },
  { name: 'audit', path: () => '/audit' },
  { name: 'account', path: () => '/account' },
  { name: 'not-found', path: () => '/no-such-page' },
];
