import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, array as listOf, property } from 'fast-check';
import { collectGarbage } from '../../test-support/collect-garbage.js';
import { ContiguousMark } from './contiguous-mark.js';
import { PacketLine } from './packet-line.js';
import { QueuedPacket } from './queued-packet.js';

const STEPS = ['push', 'take', 'done', 'place', 'forget', 'rewind', 'remove'] as const;

describe('A line of packets', () => {
  it('lets go of what is done also where little goes through it, as there are many of them', async () => {
    const line = new PacketLine();
    const packets = Array.from({ length: 500 }, () => {
      const packet = new QueuedPacket(Buffer.from('x'), 0);
      line.push(packet);
      line.take();
      packet.isDone = true;
      line.forgetDone();
      return new WeakRef(packet);
    });
    await turn();
    collectGarbage();
    expect(packets.filter((packet) => packet.deref()).length).toBeLessThan(50);
    expect(line.length).toBe(0);
  });

  it('knows at any time which of them are neither done nor on the disk', () => {
    assert(
      property(listOf(constantFrom(...STEPS), { maxLength: 200 }), (steps) => {
        const line = new PacketLine();
        let places = new ContiguousMark(0);
        let all: QueuedPacket[] = [];
        let taken = 0;
        const open = () => all.filter(({ isDone, place }) => !isDone && place === undefined);
        const does: Record<(typeof STEPS)[number], () => void> = {
          push: () => {
            const packet = new QueuedPacket(Buffer.from('x'), 0);
            all.push(packet);
            line.push(packet);
          },
          take: () => {
            if (!line.peek()) return;
            line.take();
            taken += 1;
          },
          // Of those under way, in any order.
          done: () => {
            const packet = all.slice(0, taken).find(({ isDone }, index) => !isDone && index % 3 !== 1);
            if (packet) packet.isDone = true;
          },
          place: () => {
            for (const packet of open()) packet.place = places.enter(places.end, 1);
          },
          forget: () => line.forgetDone(),
          rewind: () => {
            line.rewind();
            all = all.filter(({ isDone }) => !isDone);
            taken = 0;
          },
          remove: () => {
            const removed = line.removeWaitingWithoutPlace();
            all = all.filter((packet) => !removed.includes(packet));
            places = new ContiguousMark(places.end);
          },
        };
        for (const step of steps) {
          does[step]();
          expect(line.firstUnplaced()).toBe(open()[0]);
          expect(line.unplaced()).toEqual(open());
        }
      }),
    );
  });
});
