/** Leads to the login, which continues at `next`: a path of this origin, the present one if it is left out. */
export function logInAgain(next = window.location.pathname + window.location.search): void {
  window.location.assign(`/login?next=${encodeURIComponent(next)}`);
}
