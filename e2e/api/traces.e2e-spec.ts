import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes } from '../support/bytes.js';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.js';
import { type Exit, TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN = '00f067aa0ba902b7';

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('Traces, with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  let receiver: OtlpReceiver;
  let exit: Exit;
  let output: string;
  let spans: ReceivedSpan[];

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    const server = await TestServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=logs',
      OTEL_SERVICE_NAME: 'logs-at-acme',
    });
    const admin = await Admin.enrolled(server);
    await admin.createPlatform();
    const { token } = await admin.createTicket('TICKET-QUAGGA');
    await fetch(`${server.url}/api/v1/archives/name-of-a-file.log?from=quagga`, {
      method: 'PUT',
      headers: { 'Upload-Token': token, traceparent: `00-${TRACE_ID}-${CALLER_SPAN}-01` },
      body: patternedBytes(1_000),
    });
    await admin.request('GET', '/api/v1/tickets/NO-SUCH-QUAGGA');
    await fetch(`${server.url}/health/ready`);
    // What has not been sent yet is sent at the end.
    exit = await server.stop();
    output = server.output;
    spans = receiver.spans;
    await server.dispose();
  });
  afterAll(() => receiver.stop());

  it('arrive by OTLP over HTTP with the headers and the name that were asked for, the last ones at the end', () => {
    expect(exit.code).toBe(0);
    expect(new Set(receiver.paths)).toEqual(new Set(['/v1/traces']));
    expect(receiver.headers[0]).toMatchObject({ 'x-tenant': 'logs', 'content-type': 'application/json' });
    expect(receiver.services).toEqual(new Set(['logs-at-acme']));
  });

  it('go on with the trace of the caller, and have the steps of an upload and the database below the request', () => {
    const ours = spans.filter(({ traceId }) => traceId === TRACE_ID);
    const request = ours.find(({ parentSpanId }) => parentSpanId === CALLER_SPAN);
    expect(request?.name).toBe('PUT /api/v1/archives/:archive');
    const below = (parent: ReceivedSpan | undefined) =>
      ours.filter(({ parentSpanId }) => parentSpanId === parent?.spanId).map(({ name }) => name);
    expect(below(request)).toEqual(expect.arrayContaining(['upload begin', 'upload append', 'upload finish']));
    const finish = ours.find(({ name }) => name === 'upload finish');
    expect(finish?.attributes['logs_collector.door']).toBe('put');
    expect(below(finish)).toEqual(['database transaction', 'database transaction']);
  });

  it('name requests by the pattern of their route, with status and code, and lead to the log', () => {
    const refused = spans.find(({ attributes }) => attributes['http.response.status_code'] === 404);
    expect(refused).toMatchObject({
      name: 'GET /api/v1/tickets/:number',
      attributes: { 'http.route': '/api/v1/tickets/:number', 'error.type': 'ticket_not_found' },
    });
    expect(output).toContain(`"request_id":"${refused?.attributes['logs_collector.request_id']}"`);
    const told = receiver.bodies.join();
    // Words that no random id, time or count can spell.
    for (const secret of ['quagga', 'name-of-a-file', 'admin', 'health'])
      expect(told.toLowerCase()).not.toContain(secret);
  });
});

describe('Traces that a receiver does not take', () => {
  const refusing = createHttpServer((_request, response) => response.writeHead(404).end());
  let refused: TestServer;

  // They are sent after some seconds, which pass beside the other tests.
  beforeAll(async () => {
    await once(refusing.listen(0, '127.0.0.1'), 'listening');
    refused = await TestServer.start({ OTEL_EXPORTER_OTLP_ENDPOINT: `${addressOf(refusing)}/secret-path` });
    expect((await fetch(`${refused.url}/api/v1`)).status).toBe(200);
  });
  afterAll(async () => {
    await refused.dispose();
    refusing.close();
  });

  it('hold the end of the process up no longer than a moment, where it takes connections and never answers', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const server = await TestServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: addressOf(mute),
      OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
    });
    expect((await fetch(`${server.url}/api/v1`)).status).toBe(200);
    const asked = once(mute, 'connection');
    const stoppedAt = performance.now();
    expect((await server.stop()).code).toBe(0);
    await asked;
    // A minute would pass until the exporter gives up.
    expect(performance.now() - stoppedAt).toBeLessThan(20_000);
    mute.close();
    await server.dispose();
  });

  it('stop the start where its address is none, without repeating it', async () => {
    const server = new TestServer({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318/secret-path' });
    await expect(server.start()).rejects.toThrow('OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL.');
    expect(server.output).not.toContain('secret-path');
    await server.dispose();
  });

  it.each<Record<string, string>>([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])(
    'are not sent at all with %j',
    async (off) => {
      const receiver = await OtlpReceiver.start();
      const server = await TestServer.start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...off });
      await fetch(`${server.url}/api/v1`);
      await server.stop();
      expect(receiver.bodies).toEqual([]);
      await server.dispose();
      receiver.stop();
    },
  );

  it('are told of without its address', async () => {
    while (!refused.output.includes('traces could not be sent')) await delay(50);
    expect(refused.output).not.toContain('secret-path');
  });
});
