import type { AppLog } from '../common/logging/logger.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Sends what is left, and nothing more afterwards. */
export type StopTracing = () => Promise<void>;

/**
 * Sends traces where the standard variables say so (OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
 * unless OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER=none). Where they do not, nothing of it is loaded.
 */
export async function startTracing(environment: Environment, log: AppLog): Promise<StopTracing> {
  if (!isWanted(environment)) return async () => undefined;
  const { startOtlpTracing } = await import('./otlp-tracing.js');
  return startOtlpTracing(environment, log);
}

function isWanted(environment: Environment): boolean {
  const isOff = environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || environment.OTEL_TRACES_EXPORTER === 'none';
  const endpoint = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  return !isOff && Boolean(endpoint);
}
