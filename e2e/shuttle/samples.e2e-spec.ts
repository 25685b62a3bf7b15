import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseRecord } from '../../libs/shuttle/src/parse/parse-record.js';
import { Authority } from '../../libs/shuttle/test-support/certificates.js';
import { numberedRecord } from '../../libs/shuttle/test-support/line-ledger.js';
import { TestHost, until } from '../../libs/shuttle/test-support/test-drain.js';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { freePort } from '../../scripts/test-support/free-port.js';
import { RunningProcess } from '../../scripts/test-support/running-process.js';
import { shuttleSample } from '../support/shuttle-sample.js';

jest.setTimeout(120_000);

const has = (...names: string[]) => names.every((name) => hasCapability(name));

describe('The capabilities nginx, rsyslog-gnutls and syslog-ng', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('are there under CI, or the samples cannot be tested', () =>
    expect(has('nginx', 'rsyslog', 'rsyslog-gnutls', 'syslog-ng', 'openssl')).toBe(true),
  );
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logshuttle-samples-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const receivers = {
  rsyslog: {
    needs: ['rsyslog', 'rsyslog-gnutls'],
    places: {
      'port="514"': (port: number) => `address="127.0.0.1" port="${port}"`,
      'port="6514"': (port: number) => `address="127.0.0.1" port="${port}"`,
    },
    certificates: '/etc/rsyslog.d/tls',
    check: (file: string) => spawnSync('rsyslogd', ['-N1', '-f', file]),
    command: (file: string) => ['rsyslogd', '-n', '-f', file, '-i', join(directory, 'pid')],
  },
  'syslog-ng': {
    needs: ['syslog-ng'],
    places: {
      'ip("0.0.0.0") port(514)': (port: number) => `ip("127.0.0.1") port(${port})`,
      'ip("0.0.0.0") port(6514)': (port: number) => `ip("127.0.0.1") port(${port})`,
    },
    certificates: '/etc/syslog-ng/tls',
    check: (file: string) => spawnSync('syslog-ng', ['-s', '--no-caps', '-f', file]),
    command: (file: string) => {
      const own = ['-R', join(directory, 'persist'), '-c', join(directory, 'ctl'), '-p', join(directory, 'pid')];
      return ['syslog-ng', '-F', '--no-caps', '-f', file, ...own];
    },
  },
} as const;

describe.each(['rsyslog', 'syslog-ng'] as const)('The sample %s.conf', (name) => {
  const { needs, places, certificates, check, command } = receivers[name];
  const itHere = has(...needs, 'openssl') ? it : it.skip;
  let authority: Authority;
  let stage: TestHost;

  beforeAll(() => {
    authority = new Authority('Test authority');
    stage = new TestHost();
  });
  afterAll(async () => {
    await stage.dispose();
    authority.dispose();
  });

  itHere(
    'receives a line over TCP and one over TLS into the file of the app, whatever the app calls itself',
    async () => {
      const pair = authority.sign({ name: 'receiver' });
      const [tcp, tls] = [await freePort(), await freePort()];
      const [first, second] = Object.entries(places);
      const authorities: Record<string, string> =
        name === 'rsyslog' ? { '/etc/ssl/certs/ca-certificates.crt': join(directory, 'cert.pem') } : {};
      const config = shuttleSample(`${name}.conf`, {
        [first?.[0] ?? '']: first?.[1](tcp) ?? '',
        [second?.[0] ?? '']: second?.[1](tls) ?? '',
        [certificates]: directory,
        '/var/log/apps': join(directory, 'apps'),
        ...authorities,
      });
      const file = join(directory, 'config');
      writeFileSync(file, config);
      writeFileSync(join(directory, 'cert.pem'), pair.cert);
      writeFileSync(join(directory, 'key.pem'), pair.key);
      mkdirSync(join(directory, 'apps'));
      expect(String(check(file).stderr)).not.toMatch(/error/i);
      const daemon = new RunningProcess(command(file), process.env);
      try {
        for (const port of [tcp, tls]) await daemon.untilListening(port);
        const host = await stage.open();
        const plain = await host.add(stage.spec(`syslog://127.0.0.1:${tcp}`));
        const sealed = await host.add(stage.spec(`syslog+tls://127.0.0.1:${tls}`, { tls: { ca: authority.own.cert } }));
        plain.offer({ ...numberedRecord(0), destination: { kind: 'site', site: '../../outside' }, text: 'astray' });
        plain.offer({ ...numberedRecord(1), text: 'over TCP\twith a tab' });
        sealed.offer({ ...numberedRecord(2), severity: 'err', text: 'over TLS' });
        const lines = () => received(join(directory, 'apps', 'app-space.log'));
        await until(() => lines().length === 2, 'received');
        expect(lines().toSorted()).toEqual([
          expect.stringMatching(/^2026-11-25T16:00:00\S* web\.1 err over TLS$/),
          expect.stringMatching(/^2026-11-25T16:00:00\S* web\.1 info over TCP\twith a tab$/),
        ]);
        expect(existsSync(join(directory, '../outside.log'))).toBe(false);
      } finally {
        await daemon.end();
      }
    },
  );
});

describe('The sample nginx.conf', () => {
  (has('nginx') ? it : it.skip)('writes requests as the shuttle reads them, and none that forges a field', async () => {
    const port = await freePort();
    const log = join(directory, 'logshuttle.log');
    const sample = shuttleSample('nginx.conf', { '/var/log/nginx/logshuttle.log': log });
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const places = temporary.map((kind) => `${kind}_temp_path ${directory}/${kind};`).join(' ');
    const server = `server { listen 127.0.0.1:${port}; location / { return 200 "hello"; } }`;
    const config = `pid ${directory}/pid; error_log ${directory}/error.log; events {} http { ${places}\n${sample}\n${server} }`;
    writeFileSync(join(directory, 'nginx.conf'), config);
    const args = ['-c', join(directory, 'nginx.conf'), '-p', directory];
    expect(String(spawnSync('nginx', ['-t', ...args]).stderr)).toContain('test is successful');
    const nginx = new RunningProcess(['nginx', ...args, '-g', 'daemon off;'], process.env);
    try {
      await nginx.untilListening(port);
      const ask = (path: string) =>
        spawnSync('curl', [
          '-s',
          '-H',
          'Host: Shop-Prod.example.com',
          '--path-as-is',
          `http://127.0.0.1:${port}${path}`,
        ]);
      for (const path of [
        '/orders?page=2&q="x"',
        '/%20hostname=other-prod.example.com%0apath=/y',
        '/ hostname=other-prod.x',
      ])
        ask(path);
      await until(() => received(log).length >= 2, 'logged');
    } finally {
      await nginx.end();
    }
    const records = received(log).map((line) =>
      parseRecord(Buffer.from(line), {
        position: { topic: 'alamoweblogs', partition: 0, offset: 0 },
        arrivalTime: '2026-01-01T00:00:00Z',
      }),
    );
    const destination = { kind: 'app', app: 'shop', space: 'prod' };
    expect(records.slice(0, 2)).toMatchObject([
      [
        {
          destination,
          text: expect.stringMatching(
            /^hostname=shop-prod\.example\.com fwd="127\.0\.0\.1" method=GET status=200 bytes=5 request_id=[0-9a-f]{32} total=[\d.]+s host=shop-prod path=\/orders\?page=2&q=\S+$/,
          ),
        },
      ],
      [{ destination, text: expect.stringMatching(/ path=\/%20hostname=other-prod\.example\.com%0apath=\/y$/) }],
    ]);
    expect(JSON.stringify(records)).not.toContain('"app":"other"');
  });
});

function received(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}
