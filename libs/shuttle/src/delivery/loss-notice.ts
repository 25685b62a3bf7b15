import type { Destination, LogRecord } from '../record.js';

/** The line that tells a customer, in their own stream, what did not get into it. The wording is Heroku's (error L10). */
export function lossNotice(destination: Destination, count: number, sinceMs: number, nowMs: number): LogRecord {
  return {
    destination,
    process: 'logplex',
    severity: 'err',
    time: new Date(nowMs).toISOString(),
    tag: 'akkeris/logplex',
    text: `Error L10 (output buffer overflow): ${count} messages dropped since ${new Date(sinceMs).toISOString()}`,
    // Kafka has no such record; the time makes its id its own.
    position: { topic: '_loss-notice', partition: 0, offset: nowMs },
  };
}
