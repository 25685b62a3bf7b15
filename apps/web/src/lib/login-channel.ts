const channel = new BroadcastChannel('login');

/** Tells the other tabs that the login they share has ended. */
export function announceLogout(): void {
  channel.postMessage('ended');
}

/** Calls back when another tab has logged out; answers how to stop listening. */
export function onLogoutElsewhere(ended: () => void): () => void {
  channel.addEventListener('message', ended);
  return () => channel.removeEventListener('message', ended);
}
