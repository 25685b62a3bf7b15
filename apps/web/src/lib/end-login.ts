import { api, bodyOf } from './api.js';
import { announceLogout } from './login-channel.js';

/** How somebody likes to read: no secret, and the same for whoever logs in next. */
const PREFERENCES = ['theme', 'language'];
/** Before the choices of columns, which name the account by its id and say nothing else of it. */
export const COLUMNS_PREFIX = 'columns:';

/** Ends this login, in all tabs. The browser forgets with it what the pages stored, but for the preferences. */
export async function endLogin(): Promise<void> {
  const kept = Object.entries(localStorage).filter(
    ([name]) => PREFERENCES.includes(name) || name.startsWith(COLUMNS_PREFIX),
  );
  await bodyOf(api.POST('/api/v1/auth/token/logout', { body: {} }));
  for (const [name, value] of kept) localStorage.setItem(name, value);
  announceLogout();
}
