import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { type AllAddressesLookup, SafeConnect } from '@logs-collector/runtime/safe-connect';
import { freePort } from '../../../../scripts/test-support/free-port.js';
import { numberedRecord } from '../../test-support/line-ledger.js';
import { offerLines } from '../../test-support/offer-lines.js';
import { TestHost, until } from '../../test-support/test-drain.js';
import { Batch } from './batch.js';
import type { Channel } from './channels/channel.js';
import { UdpTransport } from './channels/udp-transport.js';
import { QueuedPacket } from './queued-packet.js';

describe('a drain over UDP (RFC 5426)', () => {
  let stage: TestHost;
  let receiver: Socket;
  let datagrams: string[];

  beforeEach(async () => {
    stage = new TestHost();
    datagrams = [];
    receiver = createSocket('udp4', (message) => datagrams.push(message.toString()));
    receiver.bind(await freePort(), '127.0.0.1');
    await once(receiver, 'listening');
  });

  afterEach(async () => {
    await stage.dispose();
    receiver.close();
  });

  it('sends one message a datagram, cut to 1,024 bytes at a UTF-8 border and marked', async () => {
    const runner = await (await stage.open()).add(stage.spec(`syslog+udp://127.0.0.1:${receiver.address().port}`));
    await offerLines(runner, 0, 50);
    runner.offer({ ...numberedRecord(50), text: '€'.repeat(2_000) });
    await until(() => datagrams.length === 51, 'received');
    expect(datagrams[0]).toBe('<14>1 2026-11-25T16:00:00Z app-space web.1 - - - n=web:0');
    expect(Buffer.byteLength(datagrams[50] ?? '')).toBeLessThanOrEqual(1_024);
    expect(datagrams[50]).toMatch(/€ \[cut\]$/);
    expect(runner.state).toMatchObject({ sent: 51, buffered: 0 });
  });

  it('promises nothing: where nobody listens, lines count as sent', async () => {
    const { port } = receiver.address();
    receiver.close();
    const runner = await (await stage.open()).add(stage.spec(`syslog+udp://127.0.0.1:${port}`));
    for (let turn = 1; turn <= 5; turn += 1) {
      await offerLines(runner, 0, 20);
      await until(() => runner.state.sent === turn * 20, 'sent');
    }
    receiver = createSocket('udp4', (message) => datagrams.push(message.toString())).bind(port, '127.0.0.1');
    await once(receiver, 'listening');
    await offerLines(runner, 100, 101);
    await until(() => datagrams.length > 0, 'received');
    expect(datagrams[0]).toContain('n=web:100');
  });

  describe('to a name', () => {
    let addresses: string[];
    let other: Socket;
    let elsewhere: string[];
    const lookup: AllAddressesLookup = (_host, _options, callback) => {
      const [address] = addresses;
      if (address) callback(null, [{ address, family: 4 }]);
      else callback(Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' }), []);
    };

    async function connect(): Promise<Channel> {
      const guard = new SafeConnect({ schemes: ['syslog+udp'], allow: new NetworkList(['loopback']), lookup });
      const endpoint = { scheme: 'syslog+udp', host: 'logs.example.com', port: receiver.address().port };
      const observer = { delivered: () => undefined, failed: () => undefined };
      return new UdpTransport(guard, endpoint, 20).connect(observer);
    }

    async function sendUntil(channel: Channel, condition: () => boolean): Promise<void> {
      await until(() => {
        if (channel.isReady) channel.send(new Batch([new QueuedPacket(Buffer.from('line'), 1)], 4), 0);
        return condition();
      }, 'followed');
    }

    beforeEach(async () => {
      addresses = ['127.0.0.1'];
      elsewhere = [];
      other = createSocket('udp4', (message) => elsewhere.push(message.toString()));
      other.bind(receiver.address().port, '127.0.0.2');
      await once(other, 'listening');
    });

    afterEach(() => {
      other.close();
    });

    it('follows it to another address, and stays where it is while there is no answer', async () => {
      const channel = await connect();
      await sendUntil(channel, () => datagrams.length > 0);
      addresses = [];
      const before = datagrams.length;
      await sendUntil(channel, () => datagrams.length > before + 5);
      addresses = ['127.0.0.2'];
      await sendUntil(channel, () => elsewhere.length > 3);
      await channel.close(1_000);
    });

    it('ends where it leads to a network that is not allowed', async () => {
      const channel = await connect();
      addresses = ['10.255.255.1'];
      let reason = '';
      void channel.closed.then(({ message }) => {
        reason = message;
      });
      await sendUntil(channel, () => reason !== '');
      expect(reason).toBe('The address is in a network that is not allowed.');
    });
  });
});
