import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProtocolError } from '@platformatic/kafka';
import type { FastifyInstance } from 'fastify';
import { createServer } from '../http/server.js';
import { createLog } from '../log.js';
import { addLogEventRoutes, type SendRecord } from './log-event-routes.js';

const KEY = 'key';
const event = { log: 'x', topic: 'space', kubernetes: { container_name: 'app' } };

describe('An event over HTTP', () => {
  let server: FastifyInstance;
  let send: SendRecord;
  let sent: string[];

  beforeEach(() => {
    sent = [];
    send = async (_topic, value) => {
      sent.push(value.toString());
    };
    server = createServer(KEY, createLog('silent'));
    addLogEventRoutes(server, (topic, value) => send(topic, value));
  });

  afterEach(() => server.close());

  const post = (payload: string) =>
    server.inject({ method: 'POST', url: '/log-events', headers: { authorization: KEY }, payload });

  it('is answered with what Kafka has', async () => {
    const answer = await post(JSON.stringify(event, undefined, 2));
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([201, 'application/json; charset=utf-8']);
    expect(sent).toEqual([answer.body]);
    expect(answer.json()).toEqual(event);
  });

  it('that is nested without an end is no record of an app', async () => {
    const depth = 200_000;
    const answer = await post(
      JSON.stringify({ ...event, docker: 'here' }).replace('"here"', '['.repeat(depth) + ']'.repeat(depth)),
    );
    expect(answer.statusCode).toBe(400);
    expect(sent).toEqual([]);
  });

  it('that no broker takes, as it is too large, is not to be tried again', async () => {
    send = () => Promise.reject(new ProtocolError('MESSAGE_TOO_LARGE'));
    const answer = await post(JSON.stringify(event));
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([413, undefined]);
  });

  it('is to be tried again while no broker takes any', async () => {
    send = () => Promise.reject(new Error('away'));
    const answer = await post(JSON.stringify(event));
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
  });
});
