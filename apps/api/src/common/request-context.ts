import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the request that the present code works for; empty in background work. */
export interface RequestContext {
  readonly requestId: string;
  /** The client's address through trusted proxies. */
  readonly address: string;
  readonly agent: string;
}

const storage = new AsyncLocalStorage<RequestContext | undefined>();

/** Runs `work` (and all it awaits) within `context`. */
export function withRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Runs `work`, which outlasts the request that began it, as work of nobody's request. */
export function withoutRequestContext<T>(work: () => T): T {
  return storage.run(undefined, work);
}

export function requestContext(): RequestContext | undefined {
  return storage.getStore();
}
