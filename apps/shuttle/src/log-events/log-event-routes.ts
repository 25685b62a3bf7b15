import { parseAppRecord } from '@logs-collector/shuttle/parse/parse-app-record';
import { isLogTopic, isPlatformTopic } from '@logs-collector/shuttle/parse/parse-record';
import type { FastifyInstance } from 'fastify';
import { problems } from '../http/problem.js';
import { isTooLarge } from '../kafka/record-sender.js';
import { withinLimit } from '../within-limit.js';

/** Resolves once the brokers have the record. */
export type SendRecord = (topic: string, value: Buffer) => Promise<void>;

/** What Kafka allows as the name of a topic. */
const TOPIC = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

/** A broker that stands still takes minutes to be noticed; whoever asks, or a proxy before us, does not wait so long. */
const SEND_LIMIT_MS = 20_000;

/** A line of an app that comes over HTTP: it goes into the topic of its space, as all of that space do. */
export function addLogEventRoutes(server: FastifyInstance, send: SendRecord): void {
  server.post('/log-events', async ({ body }, reply) => {
    const topic = topicOf(body);
    const value = recordOf(body);
    const result = parseAppRecord(value, { position: { topic, partition: 0, offset: 0 }, arrivalTime: '' });
    if (typeof result === 'string') {
      throw problems.badRequest('The body must be a record of an app: log, topic, kubernetes.container_name.');
    }
    try {
      await withinLimit(SEND_LIMIT_MS, send(topic, value));
    } catch (error) {
      if (isTooLarge(error)) throw problems.tooLarge('Kafka takes no record of this size.');
      throw problems.unavailable('Kafka has not taken the record. Try again.', error);
    }
    return reply.code(201).type('application/json; charset=utf-8').send(value);
  });
}

function recordOf(body: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(body));
  } catch {
    // It can be read at any depth, and written only as deep as the stack is.
    throw problems.badRequest('The body is nested too deeply.');
  }
}

function topicOf(body: unknown): string {
  const topic = typeof body === 'object' && body !== null && 'topic' in body ? body.topic : undefined;
  if (typeof topic !== 'string' || !TOPIC.test(topic)) {
    throw problems.badRequest('The field topic must be the name of the space.');
  }
  if (isPlatformTopic(topic) || !isLogTopic(topic)) throw problems.forbiddenTopic();
  return topic;
}
