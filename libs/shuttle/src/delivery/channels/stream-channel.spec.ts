import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Batch } from '../batch.js';
import { QueuedPacket } from '../queued-packet.js';
import { StreamChannel } from './stream-channel.js';

const MIB = 1024 * 1024;

it('of a receiver that dies, what its system had taken and it may not have read is not delivered: up to 36 MiB', async () => {
  // Takes everything at once, as the buffers of two kernels do.
  const socket = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
  const delivered: Batch[] = [];
  const observer = { delivered: (some: readonly Batch[]) => delivered.push(...some), failed: () => undefined };
  const channel = new StreamChannel(socket as Socket, observer, { framing: 'newline' });
  const sent = Array.from({ length: 40 }, () => new Batch([new QueuedPacket(Buffer.alloc(MIB - 1, 'x'), 1)], MIB - 1));
  for (const batch of sent) channel.send(batch, 0);
  await new Promise((resolve) => setImmediate(resolve));
  socket.destroy(new Error('ECONNRESET'));
  await channel.closed;
  expect(delivered.map((batch) => sent.indexOf(batch))).toEqual([0, 1, 2, 3]);
});

it('a receiver that resets is asked for proof of the oldest line, however many others join its batch', async () => {
  const socket = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
  const observer = { delivered: () => undefined, failed: () => undefined };
  const channel = new StreamChannel(socket as Socket, observer, { framing: 'newline', proofBytes: MIB });
  const batch = new Batch([new QueuedPacket(Buffer.from('line'), 1)], 4);
  channel.send(batch, 0);
  const endsAt = performance.now() + 8_000;
  while (!socket.writableEnded && performance.now() < endsAt) {
    await delay(50);
    batch.packets.push(new QueuedPacket(Buffer.from('line'), 1));
    if (channel.isReady) channel.send(batch, batch.packets.length - 1);
  }
  expect(socket.writableEnded).toBe(true);
  channel.destroy();
  await channel.closed;
});

it('of a receiver that resets, what it has not proved to have read is not delivered, however long it has been on its way', async () => {
  const socket = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
  const delivered: Batch[] = [];
  const observer = { delivered: (some: readonly Batch[]) => delivered.push(...some), failed: () => undefined };
  const options = { framing: 'newline', proofBytes: MIB, confirmAfterMs: 20 } as const;
  const channel = new StreamChannel(socket as Socket, observer, options);
  channel.send(new Batch([new QueuedPacket(Buffer.from('line'), 1)], 4), 0);
  await delay(300);
  socket.destroy(new Error('ECONNRESET'));
  await channel.closed;
  expect(delivered).toEqual([]);
});
