import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';
import { CodedError } from '../errors/coded-error.js';

/** The name of the instrumentation, as backends show it. */
export const TRACER = 'logs-collector';

/**
 * Runs `work` as a step of the present trace; without tracing it just runs. What a failure is called is told, its text
 * is not: errors of the database carry statements and their parameters.
 */
export function inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return trace.getTracer(TRACER).startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', kindOf(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

function kindOf(error: unknown): string {
  if (error instanceof CodedError) return error.kind.code;
  return error instanceof Error ? error.name : 'unknown';
}
