import { endLogin } from './end-login.js';

/** Ends what is left of this login and leads to a new one, which continues at `next`: a path of this origin. */
export async function logInAgain(next = window.location.pathname + window.location.search): Promise<void> {
  // Without a server there is nothing to end; the login says so.
  await endLogin().catch(() => undefined);
  window.location.assign(`/login?next=${encodeURIComponent(next)}`);
}
