import type { FastifyInstance } from 'fastify';
import { withinLimit } from '../within-limit.js';

/** Rejects where something that the shuttle needs does not work. */
export type HealthCheck = () => Promise<unknown>;

/** An answer is kept for a moment, as anybody may ask. */
const KEPT_MS = 1_000;
const LIMIT_MS = 4_000;

/** The health page in the original's words. */
export function addHealthRoutes(server: FastifyInstance, checks: Readonly<Record<string, HealthCheck>>): void {
  let asked: { readonly atMs: number; readonly failing: Promise<string[]> } | undefined;
  server.get('/octhc', { config: { isPublic: true }, exposeHeadRoute: true }, async (_request, reply) => {
    const now = performance.now();
    if (!asked || now - asked.atMs > KEPT_MS) asked = { atMs: now, failing: failingChecks(checks) };
    const failing = await asked.failing;
    reply.type('text/plain; charset=utf-8').header('Cache-Control', 'no-store');
    if (failing.length === 0) return 'overall_status=good';
    return reply.code(503).send(`overall_status=bad,${failing.map((name) => `${name}=bad`).join(',')}`);
  });
}

async function failingChecks(checks: Readonly<Record<string, HealthCheck>>): Promise<string[]> {
  const names = Object.keys(checks);
  const outcomes = await Promise.allSettled(Object.values(checks).map((check) => withinLimit(LIMIT_MS, check())));
  return names.filter((_, index) => outcomes[index]?.status === 'rejected');
}
