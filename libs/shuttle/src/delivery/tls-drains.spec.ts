import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Authority } from '../../test-support/certificates.js';
import { HttpReceiver } from '../../test-support/http-receiver.js';
import { offerLines } from '../../test-support/offer-lines.js';
import { StreamReceiver } from '../../test-support/stream-receiver.js';
import { TestHost, until } from '../../test-support/test-drain.js';

/** So that only a receiver that closes in answer confirms: sender and receiver share an event loop here, and it may stall. */
const NEVER_MS = 600_000;

describe('a drain over TLS (RFC 5425)', () => {
  if (!Authority.isPossible) {
    it('was NOT tried: openssl is not installed', () => {
      if (process.env.CI) throw new Error('CI has to run the tests over TLS.');
    });
    return;
  }

  let authority: Authority;
  let stranger: Authority;
  let stage: TestHost;
  let receiver: StreamReceiver | undefined;
  let web: HttpReceiver | undefined;

  beforeAll(() => {
    authority = new Authority('Test authority');
    stranger = new Authority('Another authority');
  });

  beforeEach(() => {
    stage = new TestHost();
  });

  afterEach(async () => {
    await stage.dispose();
    await receiver?.stop();
    await web?.stop();
    receiver = undefined;
    web = undefined;
  });

  afterAll(() => {
    authority.dispose();
    stranger.dispose();
  });

  it('delivers to a receiver whose certificate comes from the given authority, reconnecting in order', async () => {
    receiver = await StreamReceiver.start({ tls: authority.sign({ name: 'receiver' }) });
    receiver.cuts = { afterLines: 900, how: 'close', times: 2 };
    const url = `syslog+tls://127.0.0.1:${receiver.port}?framing=newline`;
    const host = await stage.open({ confirmAfterMs: NEVER_MS });
    const runner = await host.add(stage.spec(url, { tls: { ca: authority.own.cert } }));
    await offerLines(runner, 0, 3_000);
    await until(() => receiver?.cuts?.times === 0, 'all cuts');
    await host.close(15_000);
    expect(receiver.ledger.missing(3_000)).toEqual([]);
    expect(receiver.ledger.outOfOrder).toBe(0);
  });

  it('shows its client certificate where the receiver asks for one, and says so where it has none', async () => {
    const tls = {
      ...authority.sign({ name: 'receiver' }),
      ca: authority.own.cert,
      requestCert: true,
      rejectUnauthorized: true,
    };
    receiver = await StreamReceiver.start({ tls });
    const host = await stage.open({ confirmAfterMs: NEVER_MS });
    const url = `syslog+tls://127.0.0.1:${receiver.port}?framing=newline`;
    const ca = authority.own.cert;
    const known = await host.add(stage.spec(url, { tls: { ca, ...authority.sign({ name: 'client' }) } }));
    const unknown = await host.add(stage.spec(url, { tls: { ca } }));
    await Promise.all([offerLines(known, 0, 100), offerLines(unknown, 0, 100)]);
    await until(() => receiver?.ledger.distinct === 100, 'delivered');
    await until(() => unknown.state.lastError !== undefined, 'an error');
    expect(unknown.state).toMatchObject({
      sent: 0,
      buffered: 100,
      lastError: 'The receiver wants a client certificate.',
    });
  });

  it.each([
    ['expired', { days: -1 }, 'has expired'],
    ['for another host', { hosts: 'DNS:elsewhere.example' }, 'is for another host name'],
  ])('a certificate that is %s is refused and named; nothing is sent', async (_case, subject, message) => {
    receiver = await StreamReceiver.start({ tls: authority.sign({ name: 'receiver', ...subject }) });
    await expectRefusal(`syslog+tls://127.0.0.1:${receiver.port}?framing=newline`, message);
    expect(receiver.bytes).toBe(0);
  });

  it('a certificate of another authority is refused and named; nothing is sent', async () => {
    receiver = await StreamReceiver.start({ tls: stranger.sign({ name: 'receiver' }) });
    await expectRefusal(`syslog+tls://127.0.0.1:${receiver.port}?framing=newline`, 'unknown authority');
    expect(receiver.bytes).toBe(0);
  });

  it('a receiver without TLS is named', async () => {
    receiver = await StreamReceiver.start();
    receiver.onConnection = (socket) => socket.write('220 hello\r\n');
    await expectRefusal(`syslog+tls://127.0.0.1:${receiver.port}`, 'does not speak TLS');
  });

  it('HTTPS checks certificates the same way', async () => {
    web = await HttpReceiver.start(HttpReceiver.accepting, authority.sign({ name: 'receiver' }));
    const url = `https://127.0.0.1:${web.port}/`;
    const host = await stage.open();
    const trusting = await host.add(stage.spec(url, { tls: { ca: authority.own.cert } }));
    const strict = await host.add(stage.spec(url, { tls: { ca: stranger.own.cert } }));
    await Promise.all([offerLines(trusting, 0, 100), offerLines(strict, 0, 100)]);
    await until(() => trusting.state.sent === 100 && strict.state.lastError !== undefined, 'both tried');
    expect(strict.state).toMatchObject({ sent: 0, buffered: 100 });
    expect(strict.state.lastError).toMatch(/unknown authority/);
    expect(web.ledger).toMatchObject({ distinct: 100, duplicates: 0 });
  });

  async function expectRefusal(url: string, message: string): Promise<void> {
    const runner = await (await stage.open()).add(stage.spec(url, { tls: { ca: authority.own.cert } }));
    await offerLines(runner, 0, 10);
    await until(() => runner.state.lastError !== undefined, 'an error');
    expect(runner.state).toMatchObject({ sent: 0, buffered: 10, lastError: expect.stringContaining(message) });
  }
});
