import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { freePort } from '../../scripts/test-support/free-port.js';
import { until } from '../../scripts/test-support/until.js';
import { Envoy } from '../support/envoy.js';
import { EnvoyClient, httpLogs, type SeenRequest, tcpLogs } from '../support/envoy-client.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { LineReceiver } from '../support/line-receiver.js';
import { Scrape } from '../support/scrape.js';
import { AUTH_KEY, TestShuttle } from '../support/shuttle.js';

jest.setTimeout(120_000);

const describeKafka = canRunKafka() ? describe : describe.skip;
/** gRPC's codes. */
const OK = 0;
const INVALID_ARGUMENT = 3;
const RESOURCE_EXHAUSTED = 8;
const UNAUTHENTICATED = 16;

const numbered = (from: number, count: number): SeenRequest[] =>
  Array.from({ length: count }, (_, index) => ({ path: `/n/${from + index}` }));

/** The numbers of `numbered` requests among the lines. */
function numbersOf(texts: readonly string[]): number[] {
  return texts.flatMap((text) => {
    const match = / path=\/n\/(\d+)$/.exec(text);
    return match ? [Number(match[1])] : [];
  });
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

const isEnvoyThere = hasCapability('envoy');

describe('The capability envoy', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('is there under CI, or nothing shows that Envoy itself is understood', () =>
    expect(isEnvoyThere).toBe(true),
  );
});

describeKafka('The access logs of Envoys', () => {
  let kafka: TestKafka;
  let shuttle: TestShuttle;
  let receiver: LineReceiver;

  beforeAll(async () => {
    [kafka, receiver] = await Promise.all([TestKafka.start(), LineReceiver.listen()]);
    await kafka.createTopic('istio-access-logs', 3);
    shuttle = new TestShuttle(kafka.brokers, { RUN_ISTIO_ALS: 'true', ISTIO_ALS_PORT: '0', METRICS: 'port:0' });
    await shuttle.start();
    await shuttle.addDrain('/apps/app-space/log-drains', receiver.url);
  });

  afterAll(async () => {
    await shuttle?.dispose();
    await kafka?.dispose();
    await receiver?.close();
  });

  const envoy = (key: string | undefined = AUTH_KEY) => new EnvoyClient(shuttle.accessLogPort, key);

  const health = async () => (await fetch(`${shuttle.url}/octhc`)).text();

  async function send(...messages: Buffer[]) {
    const client = envoy();
    for (const message of messages) client.send(message);
    const end = await client.finish();
    client.close();
    return end;
  }

  it('arrive at the drain of the app, with sizes and durations; only requests that an app has answered do', async () => {
    const others = [
      { path: '/passed', cluster: 'PassthroughCluster' },
      { path: '/refused', cluster: 'BlackHoleCluster' },
      { path: '/inbound', cluster: 'inbound|80||' },
      { path: '/unfinished', isComplete: false },
    ];
    expect(await send(tcpLogs(3), httpLogs([...others, { path: '/x?y=1' }]))).toMatchObject({ code: OK });
    await receiver.until((texts) => texts.length > 0);
    expect(receiver.lines).toEqual([
      '<14>1 2026-01-01T00:00:00.5Z app-space akkeris/router - - - ' +
        'bytes=7 request_size=120 response_size=57 method=GET request_id=r fwd=1.2.3.4 authority=www.example.com ' +
        'origin=https://www.example.com protocol=1.1 tls=TLSv1_3 status=200 connect=1.50ms service=10.00ms ' +
        'total=1250.00ms dyno=10.1.2.3:5000 host=app-space path=/x?y=1',
    ]);
  });

  it('need the key, as it stands', async () => {
    for (const key of [undefined, '', 'wrong', `Bearer ${AUTH_KEY}`, `${AUTH_KEY}x`]) {
      const client = new EnvoyClient(shuttle.accessLogPort, key);
      client.send(httpLogs([{ path: '/forged' }]));
      expect([key, (await client.ended).code]).toEqual([key, UNAUTHENTICATED]);
      client.close();
    }
    expect(shuttle.output).toContain('an Envoy without the key was refused');
  });

  it('are limited in size, and what is no message ends its own stream only', async () => {
    const bystander = envoy();
    const tooLarge = httpLogs([{ path: `/${'x'.repeat(4_194_304)}` }]);
    expect((await send(tooLarge)).code).toBe(RESOURCE_EXHAUSTED);
    expect((await send(Buffer.from('no protocol buffer'))).code).toBe(INVALID_ARGUMENT);
    bystander.send(httpLogs(numbered(1, 1)));
    expect((await bystander.finish()).code).toBe(OK);
    bystander.close();
    await receiver.until((texts) => numbersOf(texts).includes(1));
  });

  it('of fifty Envoys at once are all there, those of an app in the order of each stream', async () => {
    const messages = 10;
    const perMessage = 20;
    await Promise.all(
      range(0, 50).map(async (number) => {
        const client = envoy();
        for (let index = 0; index < messages; index += 1)
          client.send(httpLogs(numbered(100_000 + number * 1_000 + index * perMessage, perMessage)));
        expect((await client.finish()).code).toBe(OK);
        client.close();
      }),
    );
    const mine = () => numbersOf(receiver.texts).filter((number) => number >= 100_000);
    await receiver.until(() => mine().length >= 50 * messages * perMessage);
    const numbers = mine();
    expect(new Set(numbers).size).toBe(50 * messages * perMessage);
    const ofFirst = numbers.filter((number) => number < 101_000);
    expect(ofFirst).toEqual(ofFirst.toSorted((a, b) => a - b));
  });

  it('are held back while Kafka is away, not gathered in memory, and arrive when it is there again', async () => {
    const clients = range(0, 20).map(() => envoy());
    await kafka.kill();
    const before = residentBytes(shuttle.pid);
    // 130 MB. What goes to no app makes the messages long and Kafka no work.
    const padding = { path: `/${'x'.repeat(65_000)}`, cluster: 'PassthroughCluster' };
    const message = (number: number) => httpLogs([{ path: `/n/${number}` }, padding]);
    for (const [index, client] of clients.entries())
      for (let turn = 0; turn < 100; turn += 1) client.send(message(300_000 + index * 1_000 + turn));
    await until(async () => (await health()).includes('access_logs=bad'));
    expect(residentBytes(shuttle.pid) - before).toBeLessThan(60_000_000);
    await kafka.start();
    const ends = await Promise.all(clients.map((client) => client.finish()));
    expect(ends.every(({ code }) => code === OK)).toBe(true);
    await until(async () => (await health()) === 'overall_status=good');
    for (const client of clients) client.close();
    const mine = () => new Set(numbersOf(receiver.texts).filter((number) => number >= 300_000));
    await receiver.until(() => mine().size >= 2_000);
    expect(mine().size).toBe(2_000);
  });

  it('that came before the end of the process are in Kafka, and the numbers of what was left out are in the metrics and the log', async () => {
    const client = envoy();
    client.send(httpLogs(numbered(900_000, 500)));
    await receiver.until((texts) => numbersOf(texts).includes(900_000));
    client.send(httpLogs(numbered(901_000, 500)));
    await delay(50);
    const scrape = await Scrape.of(shuttle);
    const entries = (outcome: string) =>
      scrape.value(`logs_collector_shuttle_access_log_entries_total{outcome="${outcome}"}`);
    const left = ['skipped', 'tcp', 'too_large', 'lost'].map(entries);
    expect(left).toEqual([2_004, 3, 0, 0]);
    expect(entries('published')).toBeGreaterThan(12_500);
    const failed = (reason: string) =>
      scrape.value(`logs_collector_shuttle_access_log_streams_failed_total{reason="${reason}"}`);
    expect([failed('undecodable'), failed('refused')]).toEqual([1, 5]);
    const { code } = await shuttle.stop();
    expect(code).toBe(0);
    expect((await client.ended).code).toBe(OK);
    client.close();
    expect(shuttle.output).toMatch(
      /"msg":"access logs",.*"skipped":2004,"tcp":3,"too_large":0,"lost":0,"undecodable":1,"refused":5/,
    );
    await shuttle.start();
    const arrived = (texts: readonly string[]) => new Set(numbersOf(texts).filter((number) => number >= 901_000));
    await receiver.until((texts) => arrived(texts).size === 500);
  });

  (isEnvoyThere ? it : it.skip)(
    'of a real Envoy, set up as docker/shuttle/istio.yaml has it, arrive with what it has measured',
    async () => {
      const app = createServer((request, response) => request.resume().on('end', () => response.end('hello')));
      await once(app.listen(0, '127.0.0.1'), 'listening');
      const upstreamPort = (app.address() as AddressInfo).port;
      const port = await freePort();
      const real = await Envoy.start({
        ...{ port, upstreamPort, accessLogPort: shuttle.accessLogPort, authKey: AUTH_KEY },
      });
      try {
        for (const path of ['/passed', '/real?x=1'])
          await (await fetch(`${real.url}${path}`, { method: 'POST', body: 'four', headers: { Host: 'a' } })).text();
        await receiver.until((texts) => texts.some((text) => text.endsWith('path=/real?x=1')));
      } finally {
        await real.stop();
        app.close();
      }
      const line = receiver.lines.find((text) => text.endsWith('path=/real?x=1')) ?? '';
      expect(line.replaceAll(port.toString(), 'PORT').replaceAll(upstreamPort.toString(), 'APP')).toMatch(
        /^<14>1 \d{4}-\S+Z app-space akkeris\/router - - - bytes=5 request_size=\d{3} response_size=\d{3} method=POST request_id=[0-9a-f-]{36} fwd=[\d.]+ authority=127\.0\.0\.1:PORT origin=http:\/\/127\.0\.0\.1:PORT protocol=1\.1 tls= status=200 connect=[\d.]+ms service=[\d.]+ms total=[\d.]+ms dyno=127\.0\.0\.1:APP host=app-space path=\/real\?x=1$/,
      );
      expect(receiver.texts.some((text) => text.includes('/passed'))).toBe(false);
    },
  );

  it('need no key from networks that ISTIO_ALS_ALLOW_NETS names, and leave no path and no key in a log that says more', async () => {
    await shuttle.restart({ ISTIO_ALS_ALLOW_NETS: '192.0.2.0/24' });
    const outside = new EnvoyClient(shuttle.accessLogPort);
    expect((await outside.finish()).code).toBe(UNAUTHENTICATED);
    outside.close();
    await shuttle.restart({ ISTIO_ALS_ALLOW_NETS: 'loopback', RUN_ISTIO_ALS_DEBUG: 'true' });
    const inside = new EnvoyClient(shuttle.accessLogPort);
    inside.send(httpLogs(numbered(950_000, 1)));
    expect((await inside.finish()).code).toBe(OK);
    inside.close();
    await receiver.until((texts) => numbersOf(texts).includes(950_000));
    expect(shuttle.output).toMatch(
      /"msg":"access log message","node":"sidecar","logName":"test","entries":1,"published":1/,
    );
    for (const secret of [AUTH_KEY, '/n/950000']) expect(shuttle.output).not.toContain(secret);
  });
});

function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1_024;
}
