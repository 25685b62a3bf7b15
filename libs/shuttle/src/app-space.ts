/** An app and the space it runs in. */
export interface AppSpace {
  readonly app: string;
  readonly space: string;
}

/**
 * `app-space`, split at its first `-`: `my-app-space` is app `my` in space `app-space`. Undefined where a half is empty, or
 * there is no `-` and no `defaultSpace`.
 */
export function splitAppSpace(text: string, defaultSpace?: string): AppSpace | undefined {
  const dash = text.indexOf('-');
  const app = dash < 0 ? text : text.slice(0, dash);
  const space = dash < 0 ? defaultSpace : text.slice(dash + 1);
  return app && space ? { app, space } : undefined;
}
