import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from '@jest/globals';
import { Batch } from '../batch.js';
import { QueuedPacket } from '../queued-packet.js';
import { StreamChannel } from './stream-channel.js';

const MIB = 1024 * 1024;

it('of a receiver that dies, what its system had taken and it may not have read is not delivered: up to 36 MiB', async () => {
  // Takes everything at once, as the buffers of two kernels do.
  const socket = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
  const channel = new StreamChannel(socket as Socket, { framing: 'newline' });
  const outcomes = Array.from({ length: 40 }, () => {
    const packet = new QueuedPacket(Buffer.alloc(MIB - 1, 'x'), 1);
    return channel.send(new Batch([packet])).then(
      () => 'delivered',
      () => 'to be sent again',
    );
  });
  await new Promise((resolve) => setImmediate(resolve));
  socket.destroy(new Error('ECONNRESET'));
  expect(await Promise.all(outcomes)).toEqual(
    Array.from({ length: 40 }, (_, number) => (number < 4 ? 'delivered' : 'to be sent again')),
  );
});
