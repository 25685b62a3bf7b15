/** The parts of the API, in the order in which an integrator meets them, with what each is for. */
export const TAGS: Readonly<Record<string, string>> = {
  login: 'From a name and a password, or an invitation, to tokens; the first administrator.',
  account: "One's own account: password, sessions, API keys.",
  'second factor': 'Setting up and replacing the authenticator app. Without it nobody reaches a byte.',
  platforms: 'The products that tickets are about.',
  tickets: 'Cases, each under its number in the help desk.',
  tokens: 'Upload tokens: what a customer is given.',
  customers: 'Sending files with an upload token, without an account.',
  archives: 'What arrived: lists, downloads, deletion, uploads under way.',
  events: 'What happens, as it happens.',
  storage: 'How full it is.',
  drains: 'Where the log shuttle sends live logs.',
  captures: 'Live logs on their way into tickets.',
  replays: 'Archives on their way into drains.',
  users: 'Accounts of others; for administrators.',
  audit: 'Who did what, when, from where; for administrators.',
  service: 'Health for orchestrators, and the server about itself.',
};
