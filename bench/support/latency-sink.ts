// Receives lines over TCP (newline framing). Those that begin with the time at which they were sent, `sent=<ns>` by the
// monotonic clock that all processes of a machine share, are timed; it says on standard output how long they took.

import { type AddressInfo, createServer } from 'node:net';
import { createHistogram } from 'node:perf_hooks';

const SENT = / sent=(\d+)/;
const delays = createHistogram();
let lines = 0;

const tcp = createServer((socket) => {
  let rest = '';
  socket
    .setEncoding('latin1')
    .on('error', () => undefined)
    .on('data', (chunk: string) => {
      const now = process.hrtime.bigint();
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      lines += parts.length;
      for (const line of parts) {
        const sentAt = SENT.exec(line)?.[1];
        if (sentAt !== undefined) delays.record(now - BigInt(sentAt));
      }
    });
});
tcp.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ tcp: (tcp.address() as AddressInfo).port })));
setInterval(() => {
  const ms = (nanoseconds: number): number => nanoseconds / 1e6;
  console.log(
    JSON.stringify({
      lines,
      halfMs: ms(delays.percentile(50)),
      mostMs: ms(delays.percentile(99)),
      longestMs: ms(delays.max),
    }),
  );
}, 100);
