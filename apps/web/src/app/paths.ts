/** Every address of the application: the pattern for the router beside the function that makes a link. */
export const paths = {
  tickets: { path: '/', href: () => '/' },
  newTicket: { path: '/tickets/new', href: () => '/tickets/new' },
  ticket: { path: '/tickets/:number', href: (number: string) => `/tickets/${encodeURIComponent(number)}` },
  archives: { path: '/archives', href: () => '/archives' },
  platforms: { path: '/platforms', href: () => '/platforms' },
  streams: { path: '/streams', href: () => '/streams' },
  tail: { path: '/streams/tail', href: () => '/streams/tail' },
  storage: { path: '/storage', href: () => '/storage' },
  selfTest: { path: '/self-test', href: () => '/self-test' },
  audit: { path: '/audit', href: () => '/audit' },
  users: { path: '/users', href: () => '/users' },
  account: { path: '/account', href: () => '/account' },
  login: { path: '/login', href: (next?: string) => (next ? `/login?next=${encodeURIComponent(next)}` : '/login') },
  setup: { path: '/setup', href: () => '/setup' },
  invitation: { path: '/invitation', href: () => '/invitation' },
} as const;
