import { Injectable } from '@nestjs/common';
import type { FastifyInstance, RouteOptions } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    isFormerAddress?: boolean;
  }
}

/** Route option of addresses that only lead elsewhere. */
export const FORMER_ADDRESS = { isFormerAddress: true } as const;

interface KnownRoute {
  readonly method: string;
  readonly isFormerAddress: boolean;
  readonly pattern: string;
  readonly matcher: RegExp;
}

/** What is served under which methods, for the answers 405 and OPTIONS and the list of resources. */
@Injectable()
export class RouteTable {
  private readonly routes: KnownRoute[] = [];

  /** Must be called before the routes are added. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route: RouteOptions) => {
      const isFormerAddress = route.config?.isFormerAddress ?? false;
      for (const method of [route.method].flat()) {
        this.routes.push({ method, isFormerAddress, pattern: route.url, matcher: matcherOf(route.url) });
      }
    });
  }

  /** The methods possible at `path`, without OPTIONS; empty where nothing is served. */
  methodsAt(path: string): string[] {
    const methods = this.routes.filter(({ matcher }) => matcher.test(path)).map(({ method }) => method);
    return [...new Set(methods)].filter((method) => method !== 'OPTIONS').sort();
  }

  /** The collections that can be read right below `prefix`. */
  collectionsBelow(prefix: string): string[] {
    const names = this.routes
      .filter(({ method, isFormerAddress }) => method === 'GET' && !isFormerAddress)
      .filter(({ pattern }) => pattern.startsWith(prefix))
      .map(({ pattern }) => pattern.slice(prefix.length).replace(/\/$/, ''))
      .filter((name) => /^[a-z][a-z-]*$/.test(name));
    return [...new Set(names)].sort();
  }
}

/** Fastify's patterns (`/tickets/:number`, `/assets/*`) with or without a slash at the end. */
function matcherOf(pattern: string): RegExp {
  const source = pattern
    .replace(/\/$/, '')
    .split(/(:[A-Za-z_]\w*|\*)/)
    .map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}/?$`);
}
