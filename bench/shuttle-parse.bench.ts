import { encodePacket } from '../libs/shuttle/dist/packet/encode-packet.js';
import { parseRecord } from '../libs/shuttle/dist/parse/parse-record.js';
import { appRecord } from './support/app-record.ts';
import { compare } from './support/table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const LINES = Number(process.env.BENCH_LINES ?? 300_000);
const TEXT = 'x'.repeat(200);

const APP = appRecord(TEXT);
const WEB = Buffer.from(
  'hostname=app-space.example.com source=10.0.0.1 method=GET request_id=7a2b8d8e-6a0f-11e6 status=200 bytes=512 ' +
    'service=12.00ms total=15.00ms path=/a/path?with=query timestamp=2016-08-24T17:03:20Z',
);

async function linesPerSecond(topic: string, value: Buffer): Promise<number> {
  const options = { maxBytes: 99_990, structuredData: false };
  // Of the processor alone, as others may use the machine too.
  const startedAt = process.cpuUsage();
  for (let offset = 0; offset < LINES; offset += 1) {
    const result = parseRecord(value, {
      position: { topic, partition: 0, offset },
      arrivalTime: '2016-08-24T17:03:20Z',
    });
    if (typeof result === 'string') throw new Error(result);
    for (const record of result) encodePacket(record, options);
  }
  const { user, system } = process.cpuUsage(startedAt);
  return (LINES / (user + system)) * 1_000_000;
}

await compare('From the bytes of a record to a syslog packet', 'lines a second of processor time', ROUNDS, [
  { name: `an app's line, ${APP.byteLength} bytes of JSON`, run: () => linesPerSecond('space', APP) },
  { name: `a web request, ${WEB.byteLength} bytes`, run: () => linesPerSecond('alamoweblogs', WEB) },
]);
