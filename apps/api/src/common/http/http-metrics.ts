import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import { declaredErrorKinds, type ErrorKind } from '../errors/coded-error.js';
import { Metrics } from '../metrics/metrics.js';

/** From a quick answer to an upload that takes an hour. */
const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600];
const TOO_MANY = 429;

/** A request whose answer has ended. */
export interface EndedRequest {
  readonly method: string;
  /** The pattern, never the path. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** What was answered instead of what was asked for. */
  readonly problem: ErrorKind | undefined;
}

/** What all requests have in common, counted. */
@Injectable()
export class HttpMetrics {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;
  private readonly received: Counter<'route'>;
  private readonly sent: Counter<'route'>;
  private readonly problems: Counter<'code'>;
  private readonly throttled: Counter;
  private readonly authFailures: Counter<'code'>;

  constructor(metrics: Metrics) {
    this.durations = metrics.histogram(
      {
        name: 'logs_collector_http_request_duration_seconds',
        help: 'From the first byte of a request to the last of its answer.',
        labels: ['method', 'route', 'status'],
      },
      BUCKETS_S,
    );
    this.received = metrics.counter({
      name: 'logs_collector_http_received_bytes_total',
      help: 'Bytes of requests that have ended, headers included.',
      labels: ['route'],
    });
    this.sent = metrics.counter({
      name: 'logs_collector_http_sent_bytes_total',
      help: 'Bytes of answers that have ended, headers included.',
      labels: ['route'],
    });
    this.problems = metrics.counter({
      name: 'logs_collector_problems_total',
      help: 'Requests that were refused or failed, by the code of the answer.',
      labels: ['code'],
    });
    this.throttled = metrics.counter({
      name: 'logs_collector_throttled_requests_total',
      help: 'Requests that were answered with 429.',
    });
    this.authFailures = metrics.counter({
      name: 'logs_collector_auth_failures_total',
      help: 'Passwords, codes, tokens and keys that were not right, by the code of the answer.',
      labels: ['code'],
    });
    // From 0 on, so that the first one is seen as a change.
    for (const { code, isAuthFailure } of declaredErrorKinds()) if (isAuthFailure) this.authFailures.inc({ code }, 0);
  }

  note({ method, route, status, durationMs, receivedBytes, sentBytes, problem }: EndedRequest): void {
    this.durations.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, durationMs / 1_000);
    // A connection that was taken over may tell of fewer bytes than were charged to it.
    this.received.inc({ route }, Math.max(0, receivedBytes));
    this.sent.inc({ route }, Math.max(0, sentBytes));
    if (problem) this.problems.inc({ code: problem.code });
    if (problem?.isAuthFailure) this.authFailures.inc({ code: problem.code });
    if (status === TOO_MANY) this.throttled.inc();
  }
}
