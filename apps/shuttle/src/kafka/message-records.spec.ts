import { describe, expect, it } from '@jest/globals';
import type { Message } from '@platformatic/kafka';
import { messageRecords } from './message-records.js';

const LINE = JSON.stringify({
  ...{ log: 'hello', stream: 'stdout', topic: 'space' },
  kubernetes: { container_name: 'app', pod_name: 'app-6d4cf56db6-abcde' },
});

describe('The records of a message', () => {
  it.each([
    ['of nanoseconds', 1_764_000_000_000_000_000n],
    ['of microseconds', 1_764_000_000_000_000n],
    ['before all times', -9_000_000_000_000_000n],
  ])('are there although its timestamp is one %s, and have the time of now', (_what, timestamp) => {
    const message = { topic: 't', partition: 0, offset: 7n, timestamp, value: Buffer.from(LINE) };
    const records = messageRecords(message as unknown as Message);
    expect(records).toMatchObject([{ text: 'hello', position: { offset: 7 } }]);
    const [{ time } = { time: '' }] = Array.isArray(records) ? records : [];
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
  });
});
