import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router-dom';
import { Skeleton } from '../components/ui/skeleton.js';
import { tellLeaving } from '../lib/leaving.js';
import { NotFound } from './not-found.js';
import { paths } from './paths.js';
import { RequireLogin } from './require-login.js';
import { RouteError } from './route-error.js';

/** A page that is fetched when it is first opened. */
function page<Name extends string>(
  path: string,
  name: Name,
  fetchModule: () => Promise<Readonly<Record<Name, ComponentType>>>,
): RouteObject {
  return { path, lazy: async () => ({ Component: (await fetchModule())[name] }) };
}

const forEverybody = [
  page(paths.login.path, 'LoginPage', () => import('../features/login/login-page.js')),
  page(paths.setup.path, 'SetupPage', () => import('../features/login/setup-page.js')),
  page(paths.invitation.path, 'InvitationPage', () => import('../features/login/invitation-page.js')),
];

const forStaff = [
  page(paths.tickets.path, 'TicketsPage', () => import('../features/tickets/tickets-page.js')),
  page(paths.newTicket.path, 'NewTicketPage', () => import('../features/tickets/new-ticket-page.js')),
  page(paths.ticket.path, 'TicketPage', () => import('../features/tickets/ticket-page.js')),
  page(paths.archives.path, 'ArchivesPage', () => import('../features/archives/archives-page.js')),
  page(paths.platforms.path, 'PlatformsPage', () => import('../features/platforms/platforms-page.js')),
  page(paths.streams.path, 'DrainsPage', () => import('../features/streams/drains-page.js')),
  page(paths.tail.path, 'TailPage', () => import('../features/streams/tail-page.js')),
  page(paths.storage.path, 'StoragePage', () => import('../features/storage/storage-page.js')),
  page(paths.selfTest.path, 'SelfTestPage', () => import('../features/self-test/self-test-page.js')),
  page(paths.users.path, 'UsersPage', () => import('../features/users/users-page.js')),
  page(paths.audit.path, 'AuditPage', () => import('../features/audit/audit-page.js')),
  page(paths.account.path, 'AccountPage', () => import('../features/account/account-page.js')),
  { path: '*', element: <NotFound /> },
];

export const router = createBrowserRouter([
  {
    errorElement: <RouteError />,
    hydrateFallbackElement: <Skeleton lines={6} />,
    children: [
      ...forEverybody,
      { element: <RequireLogin />, children: [{ errorElement: <RouteError />, children: forStaff }] },
    ],
  },
]);

router.subscribe(({ navigation }) => tellLeaving(navigation.state !== 'idle'));
