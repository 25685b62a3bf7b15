/** Whose log is meant: an app in its space, or a site in front of several apps. */
export type LogSource =
  | { readonly kind: 'app'; readonly app: string; readonly space: string }
  | { readonly kind: 'site'; readonly site: string };

/** What the API takes as a name. */
export const NAME = /^[!-~]{1,255}$/;

/** From an address; undefined where it names none. */
export function sourceOf(params: URLSearchParams): LogSource | undefined {
  const site = params.get('site');
  if (site) return { kind: 'site', site };
  const app = params.get('app');
  const space = params.get('space');
  return app && space ? { kind: 'app', app, space } : undefined;
}

export function paramsOf(source: LogSource): URLSearchParams {
  return new URLSearchParams(source.kind === 'site' ? { site: source.site } : { app: source.app, space: source.space });
}

/** As receivers see it, and as one types it. */
export function nameOf(source: LogSource): string {
  return source.kind === 'site' ? source.site : `${source.app}-${source.space}`;
}
