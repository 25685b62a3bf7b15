import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { SafeConnect } from '@logs-collector/runtime/safe-connect';
import { Authority } from '../../test-support/certificates.js';
import { HttpReceiver } from '../../test-support/http-receiver.js';
import { StreamReceiver } from '../../test-support/stream-receiver.js';
import { parseDrainUrl } from '../drain-url.js';
import type { TlsMaterial } from './channels/stream-transport.js';
import { sendTest, type TestOutcome } from './send-test.js';

const SCHEMES = ['http', 'https', 'syslog+tcp', 'syslog+udp', 'syslog+tls'];

function test(
  url: string,
  tls?: TlsMaterial,
  { allow = ['loopback'], limitMs }: { allow?: string[]; limitMs?: number } = {},
): Promise<TestOutcome> {
  const guard = new SafeConnect({ schemes: SCHEMES, allow: new NetworkList(allow) });
  return sendTest(
    parseDrainUrl(url),
    { kind: 'app', app: 'a', space: 'b' },
    { guard, drainToken: 'token', tls, limitMs },
  );
}

describe('A test line', () => {
  let receiver: StreamReceiver | undefined;
  let web: HttpReceiver | undefined;

  afterEach(async () => {
    await receiver?.stop();
    await web?.stop();
    receiver = undefined;
    web = undefined;
  });

  it('arrives over TCP, says where it comes from, and leaves no connection behind', async () => {
    const lines: string[] = [];
    const server = createServer((socket) => socket.setEncoding('utf8').on('data', (text: string) => lines.push(text)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const outcome = await test(`syslog+tcp://127.0.0.1:${port}`);
    expect(outcome).toEqual({ isDelivered: true, durationMs: expect.any(Number), error: undefined });
    expect(outcome.durationMs).toBeLessThan(900);
    expect(lines.join('')).toMatch(/^<14>1 \S+Z a-b logs-collector - - - Test from Logs Collector at \S+Z: .*\n$/);
    // Resolves only without connections.
    await new Promise((resolve) => server.close(resolve));
  });

  it('counts as delivered after a second by a receiver that never ends its side', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const outcome = await test(`syslog+tcp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    expect(outcome.isDelivered).toBe(true);
    server.close();
  });

  it.each([
    [200, undefined],
    [403, 'The receiver answered 403.'],
    [500, 'The receiver answered 500.'],
    [302, 'The receiver answered 302.'],
  ])('over HTTP, of which the receiver says %i, is told as %p', async (status, error) => {
    web = await HttpReceiver.start(({ response }) =>
      response.writeHead(status, { Location: 'http://10.0.0.1/' }).end(),
    );
    const outcome = await test(`http://127.0.0.1:${web.port}/in`);
    expect(outcome).toMatchObject({ isDelivered: error === undefined, error });
  });

  it('names what stands in its way before a connection', async () => {
    expect(await test('syslog+tcp://127.0.0.1:2')).toMatchObject({
      isDelivered: false,
      error: 'Port 2 is not allowed.',
    });
    receiver = await StreamReceiver.start();
    const { port } = receiver;
    expect(await test(`syslog+tcp://127.0.0.1:${port}`, undefined, { allow: [] })).toMatchObject({
      error: 'The address is in a network that is not allowed.',
    });
    await receiver.stop();
    receiver = undefined;
    expect(await test(`syslog+tcp://127.0.0.1:${port}`)).toMatchObject({
      error: 'The receiver refused the connection.',
    });
    expect(await test('https://nowhere.invalid/')).toMatchObject({ error: expect.stringContaining('host name') });
  });

  it('is not waited for longer than there is time', async () => {
    web = await HttpReceiver.start(() => undefined);
    const outcome = await test(`http://127.0.0.1:${web.port}/`, undefined, { limitMs: 300 });
    expect(outcome).toMatchObject({ isDelivered: false, error: 'The receiver did not answer in time.' });
    expect(outcome.durationMs).toBeLessThan(2_000);
  });

  describe('over TLS', () => {
    if (!Authority.isPossible) {
      it('was NOT tried: openssl is not installed', () => {
        if (process.env.CI) throw new Error('CI has to run the tests over TLS.');
      });
      return;
    }

    let authority: Authority;
    beforeAll(() => {
      authority = new Authority('Test authority');
    });
    afterAll(() => authority.dispose());

    it.each([
      ['is good', {}, undefined],
      ['has expired', { days: -1 }, "The receiver's certificate has expired."],
      [
        'is for another host',
        { hosts: 'DNS:elsewhere.example' },
        "The receiver's certificate is for another host name.",
      ],
    ])('is told about a certificate that %s', async (_what, subject, error) => {
      receiver = await StreamReceiver.start({ tls: authority.sign({ name: 'receiver', ...subject }) });
      const outcome = await test(`syslog+tls://127.0.0.1:${receiver.port}`, { ca: authority.own.cert });
      expect(outcome).toMatchObject({ isDelivered: error === undefined, error });
    });

    it('is told about an authority that nobody knows', async () => {
      receiver = await StreamReceiver.start({ tls: authority.sign({ name: 'receiver' }) });
      expect(await test(`syslog+tls://127.0.0.1:${receiver.port}`)).toMatchObject({
        error: "The receiver's certificate comes from an unknown authority.",
      });
    });
  });
});
