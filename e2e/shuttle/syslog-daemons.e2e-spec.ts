import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LogRecord } from '../../libs/shuttle/src/record.js';
import { Authority } from '../../libs/shuttle/test-support/certificates.js';
import { LineLedger, numberedRecord } from '../../libs/shuttle/test-support/line-ledger.js';
import { offerLines } from '../../libs/shuttle/test-support/offer-lines.js';
import { SyslogDaemon, type SyslogDaemonName } from '../../libs/shuttle/test-support/syslog-daemon.js';
import { TestHost, until } from '../../libs/shuttle/test-support/test-drain.js';

jest.setTimeout(120_000);

const TEXTS = [
  'hello',
  'grüße, 世界 🎉',
  '<11>1 2026-11-25T16:00:00Z forged app - - - I am no packet',
  '[looks like="structured data"] and is not',
  '{"json":"yes","n":1}',
  '  spaces in front and behind  ',
  '%m %u $1 \\n "quoted" \'single\' `back`',
  `long ${'x'.repeat(50_000)}`,
  'a line\nand another\r\nand a third',
];

/** From the first that RFC 3339 can write to the last; rsyslog takes no packet whose year is after 2099. */
const TIMES = ['0000-01-01T00:00:00Z', '1970-01-01T00:00:00+23:59', '2099-12-31T23:59:59.9Z', '9999-12-31T23:59:59Z'];

function records(): LogRecord[] {
  return TEXTS.map((text, index) => {
    const record = numberedRecord(index);
    return { ...record, time: TIMES[index] ?? record.time, severity: index % 2 === 0 ? 'info' : 'err', text };
  });
}

describe.each(['rsyslog', 'syslog-ng'] as const)('%s as the receiver', (name: SyslogDaemonName) => {
  if (!SyslogDaemon.isInstalled(name)) {
    it(`was NOT tried: ${name} is not installed`, () => {
      if (process.env.CI) throw new Error(`CI has to run the tests with ${name}.`);
    });
    return;
  }

  let authority: Authority;
  let daemon: SyslogDaemon;
  let stage: TestHost;

  beforeEach(async () => {
    authority = new Authority('Test authority');
    daemon = await SyslogDaemon.start(name, authority.sign({ name: 'receiver' }));
    stage = new TestHost();
  });

  afterEach(async () => {
    await stage.dispose();
    await daemon.stop();
    authority.dispose();
  });

  const urls = [
    ['TCP, newline', () => `syslog://127.0.0.1:${daemon.port}`],
    ['TCP, octet counting', () => `syslog://127.0.0.1:${daemon.port}?framing=octet`],
    ['UDP', () => `syslog+udp://127.0.0.1:${daemon.port}?max=60000`],
    ...(name === 'syslog-ng' ? [['TLS', () => `syslog+tls://127.0.0.1:${daemon.tlsPort}`] as const] : []),
  ] as const;

  // syslog-ng's network() driver counts no octets; its syslog() driver, behind TLS here, does nothing else.
  const wanted = urls.filter(([kind]) => name === 'rsyslog' || kind !== 'TCP, octet counting');

  it.each(wanted)('accepts and parses every packet (%s)', async (_kind, url) => {
    const runner = await (await stage.open()).add(stage.spec(url(), { tls: { ca: authority.own.cert } }));
    for (const record of records()) runner.offer(record);
    await until(() => daemon.received.length === TEXTS.length, 'all received');
    const expected = TEXTS.map((text, index) => ({
      severity: index % 2 === 0 ? 'info' : 'err',
      hostname: 'app-space',
      appName: 'web.1',
      message: text.replaceAll(/[\n\r]/g, ' '),
    }));
    const order = (a: { message: string }, b: { message: string }) => a.message.localeCompare(b.message);
    const received = daemon.received.map((message) => ({ ...message, structuredData: undefined }));
    expect(received.toSorted(order)).toEqual(
      expected.map((message) => ({ ...message, structuredData: undefined })).toSorted(order),
    );
  });

  it('reads the place of the record from the structured data (sd=1)', async () => {
    const runner = await (await stage.open()).add(stage.spec(`syslog://127.0.0.1:${daemon.port}?sd=1`));
    runner.offer(numberedRecord(7));
    await until(() => daemon.received.length === 1, 'received');
    expect(daemon.received[0]?.structuredData).toBe('[record@32473 topic="app" partition="0" offset="7"]');
  });

  it('is restarted under load: every line arrives, in order', async () => {
    const host = await stage.open({ confirmAfterMs: 600_000 });
    const runner = await host.add(stage.spec(`syslog://127.0.0.1:${daemon.port}`));
    const offering = offerLines(runner, 0, 20_000, { padding: 'x'.repeat(100) });
    await until(() => daemon.received.length > 1_000, 'some received');
    await daemon.restart();
    await offering;
    await host.close(15_000);
    const ledger = new LineLedger();
    await until(() => daemon.received.at(-1)?.message.startsWith('n=web:19999') === true, 'written');
    for (const { message } of daemon.received) ledger.add(message);
    expect(ledger.missing(20_000)).toEqual([]);
    expect(ledger.outOfOrder).toBe(0);
  });
});
