import { api, bodyOf } from './api.js';
import { announceLogout } from './login-channel.js';

/** How somebody likes to read: no secret, and the same for whoever logs in next. */
const PREFERENCES = ['theme', 'language'];

/** Ends this login, in all tabs. The browser forgets with it what the pages stored, but for the preferences. */
export async function endLogin(): Promise<void> {
  const kept = PREFERENCES.map((name) => [name, localStorage.getItem(name)] as const);
  await bodyOf(api.POST('/api/v1/auth/token/logout', { body: {} }));
  for (const [name, value] of kept) if (value !== null) localStorage.setItem(name, value);
  announceLogout();
}
