import { StartUpError } from '../common/errors/start-up-error.js';
import type { AppLog } from '../common/logging/logger.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Sends what is left, and nothing more afterwards. */
export type StopTracing = () => Promise<void>;

/**
 * Sends traces where the standard variables say so (OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
 * unless OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER=none). Where they do not, nothing of it is loaded. Throws StartUpError
 * for an address that cannot be one: the exporter would silently take its default.
 */
export async function startTracing(environment: Environment, log: AppLog): Promise<StopTracing> {
  const names = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].filter(
    (name) => environment[name],
  );
  if (names.length === 0 || isOff(environment)) return async () => undefined;
  const wrong = names.find((name) => !isHttpUrl(environment[name] ?? ''));
  if (wrong !== undefined) throw new StartUpError(`${wrong} must be an http or https URL.`);
  const { startOtlpTracing } = await import('./otlp-tracing.js');
  return startOtlpTracing(environment, log);
}

function isOff({ OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter }: Environment): boolean {
  return disabled?.toLowerCase() === 'true' || exporter === 'none';
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
