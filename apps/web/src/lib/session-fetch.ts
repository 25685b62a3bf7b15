const REFRESH = '/api/v1/auth/token/refresh?cookie=1';
/** These answer 401 about what was typed, not about the session. */
const ABOUT_CREDENTIALS = /\/api\/v1\/(?:auth\/token|auth\/invitation|setup)/;

let renewal: Promise<boolean> | undefined;

/** Renews the access cookie; all who need it at the same time share one request. */
export function renewSession(): Promise<boolean> {
  // `keepalive`: a page that is left meanwhile must not lose the new cookies, as the former ones soon count as stolen.
  renewal ??= fetch(REFRESH, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
    keepalive: true,
  })
    .then((response) => response.ok)
    .catch(() => false)
    .finally(() => {
      renewal = undefined;
    });
  return renewal;
}

/** `fetch` that renews the session when its access has run out, and repeats the request once. */
export async function sessionFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await fetch(request);
  if (response.status !== 401 || ABOUT_CREDENTIALS.test(request.url)) return response;
  return (await renewSession()) ? fetch(again) : response;
}
