import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { collectGarbage } from '../../test-support/collect-garbage.js';
import type { Batch } from './batch.js';
import { type Channel, type ChannelObserver, DeliveryError, type Transport } from './channels/channel.js';
import { StreamChannel } from './channels/stream-channel.js';
import { Circuit } from './circuit.js';
import { Lane, type LaneObserver } from './lane.js';
import { LowWaterMarks } from './low-water-marks.js';
import { QueuedPacket } from './queued-packet.js';

const LINES = 20_000;
const LINE = `<14>1 2026-11-25T16:00:00Z app-space web.1 - - - ${'x'.repeat(50)}`;

/** Memory that is in use, with what lies outside of the heap. */
function memoryBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function laneOver(
  connect: (observer: ChannelObserver) => Channel,
  limits: Partial<Transport['limits']>,
  delivered: LaneObserver['delivered'] = () => undefined,
): Lane {
  const nothing = () => undefined;
  const transport: Transport = {
    limits: { bytes: 65_536, packets: 4_096, lingerMs: 0, joinMs: 0, ...limits },
    isConnectionProof: true,
    growAfterMs: Number.POSITIVE_INFINITY,
    connect: (observer) => Promise.resolve(connect(observer)),
  };
  const circuit = new Circuit({ random: Math.random });
  return new Lane(transport, circuit, {
    delivered,
    refused: nothing,
    failed: nothing,
    forgotten: nothing,
    drained: nothing,
  });
}

/** How much memory lines take that were sent one by one and are not confirmed, of what is counted for them. */
async function shareOfCounted(): Promise<number> {
  // Takes everything at once, as a kernel does.
  const socket = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
  const lane = laneOver((observer) => new StreamChannel(socket as Socket, observer, { framing: 'newline' }), {
    joinMs: 250,
  });
  const marks = new LowWaterMarks();
  const before = memoryBytes();
  let counted = 0;
  for (let offset = 0; offset < LINES; offset += 1) {
    const packet = new QueuedPacket(Buffer.from(LINE), 1, marks.enter({ topic: 'app', partition: 0, offset }, 1));
    counted += packet.memoryBytes;
    lane.push(packet);
    await turn();
  }
  const share = (memoryBytes() - before) / counted;
  expect(marks.open()).toBe(LINES);
  await lane.destroy();
  return share;
}

it('lines that come one by one take no more memory than is counted for them, until they are confirmed', async () => {
  const shares: number[] = [];
  // Whatever else the process does meanwhile only adds to it.
  for (let round = 0; round < 3; round += 1) shares.push(await shareOfCounted());
  // The rest is for the queue that they came from.
  expect(Math.min(...shares)).toBeLessThan(0.9);
});

/** Takes one batch at a time, and confirms it in the next turn of the event loop. */
class OneByOne implements Channel {
  isReady = true;
  private sending: Promise<void> = Promise.resolve();
  private readonly end = Promise.withResolvers<DeliveryError>();

  constructor(private readonly observer: ChannelObserver) {}

  get closed(): Promise<DeliveryError> {
    return this.end.promise;
  }

  ready(): Promise<void> {
    return this.sending;
  }

  send(batch: Batch): void {
    this.isReady = false;
    this.sending = turn().then(() => {
      this.isReady = true;
      this.observer.delivered([batch]);
    });
  }

  async close(): Promise<void> {
    this.destroy();
  }

  destroy(): void {
    this.end.resolve(new DeliveryError('The connection was ended.'));
  }
}

it('a connection that lives on keeps no memory of what it has delivered', async () => {
  let delivered = 0;
  const lane = laneOver(
    (observer) => new OneByOne(observer),
    { packets: 1 },
    () => {
      delivered += 1;
    },
  );
  const deliver = async (count: number) => {
    for (const end = delivered + count; delivered < end; await turn()) {
      if (lane.hasRoom) lane.push(new QueuedPacket(Buffer.from(LINE), 1));
    }
  };
  await deliver(1_000);
  const before = memoryBytes();
  await deliver(LINES);
  expect((memoryBytes() - before) / LINES).toBeLessThan(50);
  await lane.destroy();
});
