import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { TRACER } from '../tracing/in-span.js';
import { problemOf } from './problem-of-request.js';
import { isHealthPath, pathOf } from './request-path.js';

/**
 * A span for each request, with the pattern of its route and never the URL, below the caller's where `traceparent` (W3C
 * Trace Context) names one. Without tracing nothing happens here.
 */
export function installRequestSpans(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    // Asked all the time by machines, which would drown everything else.
    if (isHealthPath(request.url) || pathOf(request.url) === '/metrics') return done();
    const parent = propagation.extract(context.active(), request.headers);
    const route = request.is404 ? '(unknown)' : (request.routeOptions.url ?? '(unknown)');
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'logs_collector.request_id': request.id,
    };
    const span = trace
      .getTracer(TRACER)
      .startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
    reply.raw.once('close', () => {
      const { statusCode, headersSent } = reply.raw;
      if (headersSent) span.setAttribute('http.response.status_code', statusCode);
      const problem = problemOf(request);
      if (problem) span.setAttribute('error.type', problem.code);
      if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(parent, span), done);
  });
}
