import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { AppLog } from '../common/logging/logger.js';

type Environment = Readonly<Record<string, string | undefined>>;

const SERVICE_NAME = 'logs-collector';
const STOP_LIMIT_MS = 1_500;

/**
 * Traces by OTLP over HTTP; answers how to send what is left and end. Address, headers, time-outs and compression the
 * exporter reads from OTEL_EXPORTER_OTLP_*.
 */
export function startOtlpTracing(environment: Environment, log: AppLog): () => Promise<void> {
  // Its texts name the address, which may hold a secret.
  const warn = () => log.warn({ msg: 'traces could not be sent or read; see OTEL_EXPORTER_OTLP_ENDPOINT' });
  const silent = () => undefined;
  diag.setLogger(
    { error: warn, warn: silent, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.ERROR },
  );
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': environment.OTEL_SERVICE_NAME || SERVICE_NAME }),
    sampler: new ParentBasedSampler({ root: rootSampler(environment) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return () => within(STOP_LIMIT_MS, provider.shutdown());
}

/** OTEL_TRACES_SAMPLER: `…traceidratio` with OTEL_TRACES_SAMPLER_ARG, `…always_off`, or everything. */
function rootSampler({ OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: ratio }: Environment): Sampler {
  if (name.endsWith('always_off')) return new AlwaysOffSampler();
  return name.endsWith('traceidratio') ? new TraceIdRatioBasedSampler(Number(ratio ?? '1')) : new AlwaysOnSampler();
}

/** A receiver that is away does not hold up the end of the process, and nobody needs to know by then. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
