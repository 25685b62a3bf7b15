import { createBrowserRouter } from 'react-router-dom';
import { NotFound } from './not-found.js';
import { paths } from './paths.js';
import { RequireLogin } from './require-login.js';
import { RouteError } from './route-error.js';

/** Each page is fetched when it is first opened. */
export const router = createBrowserRouter([
  {
    errorElement: <RouteError />,
    children: [
      {
        path: paths.login.path,
        lazy: () => import('../features/login/login-page.js').then(({ LoginPage }) => ({ Component: LoginPage })),
      },
      {
        path: paths.setup.path,
        lazy: () => import('../features/login/setup-page.js').then(({ SetupPage }) => ({ Component: SetupPage })),
      },
      {
        path: paths.invitation.path,
        lazy: () =>
          import('../features/login/invitation-page.js').then(({ InvitationPage }) => ({ Component: InvitationPage })),
      },
      {
        element: <RequireLogin />,
        children: [
          {
            errorElement: <RouteError />,
            children: [
              {
                path: paths.tickets.path,
                lazy: () =>
                  import('../features/tickets/tickets-page.js').then(({ TicketsPage }) => ({ Component: TicketsPage })),
              },
              {
                path: paths.newTicket.path,
                lazy: () =>
                  import('../features/tickets/new-ticket-page.js').then(({ NewTicketPage }) => ({
                    Component: NewTicketPage,
                  })),
              },
              {
                path: paths.ticket.path,
                lazy: () =>
                  import('../features/tickets/ticket-page.js').then(({ TicketPage }) => ({ Component: TicketPage })),
              },
              {
                path: paths.archives.path,
                lazy: () =>
                  import('../features/archives/archives-page.js').then(({ ArchivesPage }) => ({
                    Component: ArchivesPage,
                  })),
              },
              {
                path: paths.platforms.path,
                lazy: () =>
                  import('../features/platforms/platforms-page.js').then(({ PlatformsPage }) => ({
                    Component: PlatformsPage,
                  })),
              },
              {
                path: paths.storage.path,
                lazy: () =>
                  import('../features/storage/storage-page.js').then(({ StoragePage }) => ({ Component: StoragePage })),
              },
              {
                path: paths.users.path,
                lazy: () =>
                  import('../features/users/users-page.js').then(({ UsersPage }) => ({ Component: UsersPage })),
              },
              {
                path: paths.audit.path,
                lazy: () =>
                  import('../features/audit/audit-page.js').then(({ AuditPage }) => ({ Component: AuditPage })),
              },
              {
                path: paths.account.path,
                lazy: () =>
                  import('../features/account/account-page.js').then(({ AccountPage }) => ({ Component: AccountPage })),
              },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
]);
