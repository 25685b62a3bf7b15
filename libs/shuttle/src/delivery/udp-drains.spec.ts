import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numberedRecord } from '../../test-support/line-ledger.js';
import { offerLines } from '../../test-support/offer-lines.js';
import { TestHost, until } from '../../test-support/test-drain.js';

describe('a drain over UDP (RFC 5426)', () => {
  let stage: TestHost;
  let receiver: Socket;
  let datagrams: string[];

  beforeEach(async () => {
    stage = new TestHost();
    datagrams = [];
    receiver = createSocket('udp4', (message) => datagrams.push(message.toString()));
    receiver.bind(0, '127.0.0.1');
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
});
