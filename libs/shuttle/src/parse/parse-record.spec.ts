import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRfc5424 } from '../../test-support/rfc5424.js';
import { encodePacket } from '../packet/encode-packet.js';
import type { LogRecord } from '../record.js';
import { sessionLine } from '../session/session-line.js';
import { parseRecord } from './parse-record.js';

const arrivalTime = '2026-01-02T03:04:05.678Z';
const appLine = {
  log: 'hello',
  stream: 'stdout',
  time: '2016-08-24T17:03:20.080151123Z',
  space: 'ignored',
  docker: { container_id: 'c0ffee' },
  kubernetes: {
    namespace_name: 'ignored-too',
    pod_id: 'id',
    pod_name: 'app-6d4cf56db6-abcde',
    container_name: 'app',
    host: 'node-1',
    labels: { name: 'app' },
  },
  topic: 'space',
  tag: 'kubernetes.app',
};

const parse = (topic: string, value: unknown) =>
  parseRecord(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), {
    position: { topic, partition: 0, offset: 5 },
    arrivalTime,
  });

function only(topic: string, value: unknown): LogRecord {
  const result = parse(topic, value);
  if (typeof result === 'string' || result.length !== 1 || !result[0]) throw new Error(JSON.stringify(result));
  return result[0];
}

const withPod = (container_name: string, pod_name: string) => ({
  ...appLine,
  kubernetes: { ...appLine.kubernetes, container_name, pod_name },
});

describe('a line of an app', () => {
  it('belongs to the app of container_name and the space of topic, whatever the Kafka topic is called', () => {
    const record = only('anything', appLine);
    expect(record).toMatchObject({
      destination: { kind: 'app', app: 'app', space: 'space' },
      process: 'web',
      severity: 'info',
      position: { topic: 'anything', partition: 0, offset: 5 },
    });
    expect(encodePacket(record, { maxBytes: 4_096, structuredData: false }).toString()).toBe(
      '<14>1 2016-08-24T17:03:20.080151Z app-space web.6d4cf56db6-abcde - - - hello',
    );
  });

  it.each([
    ['app', 'app-6d4cf56db6-abcde', 'web.6d4cf56db6-abcde', 'web'],
    ['app--worker', 'app--worker-6d4c-abcde', 'worker.6d4c-abcde', 'worker'],
    ['app--worker', 'x-6d4c-abcde', 'worker.x-6d4c-abcde', 'worker'],
    ['app', 'app-app-1', 'web.app-1', 'web'],
    ['app--', 'app-1', 'web.1', 'web'],
  ])('of container %s in pod %s has the APP-NAME %s', (container, pod, tag, process) => {
    expect(only('t', withPod(container, pod))).toMatchObject({ tag, process });
  });

  it('of stderr is an error', () => {
    expect(only('t', { ...appLine, stream: 'stderr' }).severity).toBe('err');
  });

  it.each([undefined, 'yesterday', 5, '2016-02-30T00:00:00Z', '2100-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
    'with the time %p gets that of its arrival',
    (time) => {
      expect(only('t', { ...appLine, time }).time).toBe(arrivalTime);
    },
  );

  it.each([
    ['0013-01-01 23:59:59z', '0013-01-01T23:59:59Z'],
    ['0101-12-31t00:00:00.5+02:00', '0101-12-31T00:00:00.5+02:00'],
  ])('with the time %s of another spelling has it in one that all can read', (time, wanted) => {
    const record = only('t', { ...appLine, time });
    expect(record.time).toBe(wanted);
    expect(sessionLine(record, arrivalTime)).toContain('app[web.');
  });

  it.each([
    ['Phase: Creating -- pod x', 'Creating Dyno'],
    ['Phase: Pending', 'Waiting on Dyno'],
    ['Phase: Pending/waiting x', 'Waiting on Dyno'],
    ['Phase: Running/waiting CrashLoopBackOff', 'at=error code=H10 desc="App crashed"'],
    ['Phase: Running/running since', 'Checking Dyno Health'],
    ['Phase: Running/terminated reason=Error exitCode=137 x', 'Dyno exited (exit code 137)'],
    ['Phase: Deleting -- pod gone', 'Deleting Dyno'],
    ['Phase: Succeeded', 'Phase: Succeeded'],
    ['My Phase: Pending', 'My Phase: Pending'],
  ])('%s reads %s', (log, text) => {
    expect(only('t', { ...appLine, log }).text).toBe(text);
  });

  it.each([
    ['no JSON', 'not_json'],
    ['[]', 'not_json'],
    ['null', 'not_json'],
    [{ ...appLine, log: 5 }, 'wrong_shape'],
    [{ ...appLine, kubernetes: [] }, 'wrong_shape'],
    [{ ...appLine, topic: '' }, 'no_destination'],
    [{ ...appLine, topic: { a: 1 } }, 'no_destination'],
    [withPod('', 'p'), 'no_destination'],
    [withPod('--web', 'p'), 'no_destination'],
  ])('that is %j is not understood: %s', (value, fault) => {
    expect(parse('t', value)).toBe(fault);
  });

  it('of megabytes is taken, whatever its characters are', () => {
    const log = '[{",\\'.repeat(300_000);
    expect(only('t', { ...appLine, log }).text).toBe(log);
  });

  it.each([
    ['nested without an end', () => `${'['.repeat(600_000)}${']'.repeat(600_000)}`],
    ['of a million parts', () => `[${'{},'.repeat(500_000)}{}]`],
  ])('with a field %s is none that there is memory for', (_what, field) => {
    expect(
      parse(
        't',
        JSON.stringify({ ...appLine, tag: 0 }).replace('"tag":0', () => `"tag":${field()}`),
      ),
    ).toBe('not_json');
  });

  it('keeps what was sent of bytes that are not UTF-8', () => {
    const [before = '', after = ''] = JSON.stringify(appLine).split('hello');
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0x61, 0xff, 0x62]), Buffer.from(after)]);
    const result = parseRecord(bytes, { position: { topic: 't', partition: 0, offset: 0 }, arrivalTime });
    expect(result).toEqual([expect.objectContaining({ text: 'a\ufffdb' })]);
  });
});

describe('a line of a build', () => {
  const build = { build: 40, job: 'test', message: 'Hello World', metadata: 'appname-my-space' };

  it('belongs to the app and space of metadata, split at the first dash', () => {
    expect(only('alamobuildlogs', build)).toMatchObject({
      destination: { kind: 'app', app: 'appname', space: 'my-space' },
      tag: 'akkeris/build',
      time: arrivalTime,
      text: 'Hello World',
    });
  });

  it('without a dash belongs to the space default, with an empty half to nobody', () => {
    expect(only('alamobuildlogs', { ...build, metadata: 'appname' }).destination).toMatchObject({ space: 'default' });
    expect(parse('alamobuildlogs', { ...build, metadata: 'appname-' })).toBe('no_destination');
    expect(parse('alamobuildlogs', { ...build, metadata: '-space' })).toBe('no_destination');
  });

  it('hides the value of a build argument', () => {
    const message = 'Step 3/9 : ARG TOKEN=abc def\nStep 4/9 : RUN make A=1\n Step 5/9 : arg X="y"';
    expect(only('alamobuildlogs', { ...build, message }).text).toBe(
      'Step 3/9 : ARG TOKEN=***\nStep 4/9 : RUN make A=1\n Step 5/9 : arg X=***',
    );
  });

  it.each([[{ ...build, message: 5 }], [{ ...build, metadata: null }], [{}]])('%j is of the wrong shape', (value) => {
    expect(parse('alamobuildlogs', value)).toBe('wrong_shape');
  });
});

describe('a request of the web server', () => {
  const request =
    'hostname=app-my-space.example.com source=10.0.0.1%2C%2010.0.0.2 method=GET path=/a?b=c timestamp=2016-08-24T17:03:20Z status=200';

  it('is passed through in order, with fwd decoded, and ends with host and path', () => {
    expect(only('alamoweblogs', request)).toMatchObject({
      destination: { kind: 'app', app: 'app', space: 'my-space' },
      tag: 'akkeris/router',
      time: '2016-08-24T17:03:20Z',
      text: 'hostname=app-my-space.example.com fwd="10.0.0.1, 10.0.0.2" method=GET status=200 host=app-my-space path=/a?b=c',
    });
  });

  it('with a site_domain is told to the site as well', () => {
    const result = parse('alamoweblogs', `${request} site_domain=www.example.com site_path=/shop`);
    expect(result).toMatchObject([
      { destination: { kind: 'app' } },
      {
        destination: { kind: 'site', site: 'www.example.com' },
        text: 'hostname=app-my-space.example.com fwd="10.0.0.1, 10.0.0.2" method=GET status=200 host=www.example.com path=/shop',
      },
    ]);
  });

  it('has its owner in host too, and in the space default without a dash', () => {
    expect(only('alamoweblogs', 'host=app.example.com path=/').text).toBe(
      'host=app.example.com host=app-default path=/',
    );
  });

  it('cannot end the quoted fwd', () => {
    expect(only('alamoweblogs', 'host=a-b source=%22%20status=200%20x=%22').text).toContain(
      'fwd="\\" status=200 x=\\""',
    );
    expect(only('alamoweblogs', 'host=a-b source=%5C%22%20status=200').text).toContain('fwd="\\\\\\" status=200"');
    expect(only('alamoweblogs', 'host=a-b source=100%').text).toContain('fwd="100%"');
  });

  it('longer than a megabyte is none', () => {
    expect(parse('alamoweblogs', `${request} ${'a=b '.repeat(300_000)}`)).toBe('wrong_shape');
  });

  it('with a token that is no pair is dropped, and one without a host belongs to nobody', () => {
    expect(parse('alamoweblogs', `${request} oops`)).toBe('wrong_shape');
    expect(parse('alamoweblogs', 'path=/')).toBe('no_destination');
    expect(parse('alamoweblogs', '')).toBe('no_destination');
    expect(parse('alamoweblogs', 'host=-x.example.com')).toBe('no_destination');
  });
});

describe('a request that Istio has logged', () => {
  it('lists its fields in a fixed order', () => {
    const record = {
      ...{ path: '/p', dyno: 'd', source: 's', total: '2ms', service: '1ms', status: 200, origin: 'o' },
      ...{ fwd: '1, 2', request_id: 'r', method: 'GET', bytes: 5, hostname: 'app-space.example.com' },
    };
    expect(only('istio-access-logs', record).text).toBe(
      'bytes=5 method=GET request_id=r fwd="1, 2" origin=o status=200 service=1ms total=2ms source=s dyno=d host=app-space path=/p',
    );
  });

  const entry = {
    common_properties: {
      upstream_cluster: 'outbound|80||app.space.svc.cluster.local',
      start_time: '2026-01-01T00:00:00.5Z',
      time_to_first_upstream_tx_byte: '0.0015s',
      time_to_last_upstream_rx_byte: { seconds: 0, nanos: 11_500_000 },
      time_to_last_downstream_tx_byte: '1.25s',
      upstream_remote_address: { socket_address: { address: '10.1.2.3', port_value: 5_000 } },
      tls_properties: { tls_version: 'TLSv1_3' },
    },
    protocol_version: 'HTTP11',
    request: {
      ...{ request_method: 'GET', scheme: 'https', authority: 'www.example.com', path: '/x', request_id: 'r' },
      ...{ forwarded_for: '1.2.3.4', request_headers_bytes: '100', request_body_bytes: '20' },
    },
    response: { response_code: { value: 200 }, response_headers_bytes: '50', response_body_bytes: '7' },
  };

  it('comes from the access log service with sizes and durations', () => {
    expect(only('istio-access-logs', entry)).toMatchObject({
      destination: { kind: 'app', app: 'app', space: 'space' },
      time: '2026-01-01T00:00:00.5Z',
      text:
        'bytes=7 request_size=120 response_size=57 method=GET request_id=r fwd=1.2.3.4 authority=www.example.com ' +
        'origin=https://www.example.com protocol=1.1 tls=TLSv1_3 status=200 connect=1.50ms service=10.00ms ' +
        'total=1250.00ms dyno=10.1.2.3:5000 host=app-space path=/x',
    });
  });

  it.each([
    ['PassthroughCluster', { upstream_cluster: 'PassthroughCluster' }],
    ['BlackHoleCluster', { upstream_cluster: 'BlackHoleCluster' }],
    ['no cluster', { upstream_cluster: undefined }],
    ['a missing duration', { time_to_last_upstream_rx_byte: null }],
    ['a broken duration', { time_to_last_upstream_rx_byte: '-1s' }],
  ])('is left out with %s', (_what, properties) => {
    const common_properties = { ...entry.common_properties, ...properties };
    expect(parse('istio-access-logs', { ...entry, common_properties })).toEqual([]);
  });

  it.each([
    ['a protocol that every object knows', { protocol_version: 'constructor' }, ' protocol= '],
    ['another', { protocol_version: '__proto__' }, ' protocol= '],
    ['a number that is none', { response: { response_code: { value: { valueOf: 1, toString: 1 } } } }, ' status=0 '],
    ['a list in place of a number', { response: { response_code: { value: [200] } } }, ' status=0 '],
  ])('has nothing there with %s', (_what, properties, text) => {
    expect(only('istio-access-logs', { ...entry, ...properties }).text).toContain(text);
  });
});

describe('whatever is in the stream', () => {
  const context = fc.record({
    position: fc.record({
      topic: fc.constantFrom('app', 'alamobuildlogs', 'alamoweblogs', 'istio-access-logs'),
      partition: fc.nat(),
      offset: fc.nat(),
    }),
    arrivalTime: fc.constant(arrivalTime),
  });
  const spelledTime = fc
    .tuple(fc.integer({ min: 0, max: 9_999 }), fc.constantFrom('T', 't', ' '), fc.constantFrom('Z', 'z', '+23:59'))
    .map(([year, separator, zone]) => `${String(year).padStart(4, '0')}-12-31${separator}23:59:59${zone}`);
  const shaped = fc.record(
    {
      log: fc.anything(),
      message: fc.anything(),
      metadata: fc.anything(),
      time: fc.oneof(fc.anything(), spelledTime),
      topic: fc.oneof(fc.string(), fc.anything()),
      kubernetes: fc.record({ container_name: fc.string(), pod_name: fc.anything() }, { requiredKeys: [] }),
      hostname: fc.string(),
      common_properties: fc.dictionary(fc.string(), fc.anything()),
    },
    { requiredKeys: [] },
  );
  const bytes = fc.oneof(
    fc.uint8Array().map((array) => Buffer.from(array)),
    fc.oneof(shaped, fc.anything()).map((value) => Buffer.from(toJson(value))),
    fc
      .tuple(fc.constantFrom('app', 'a-b', 'a--b'), fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))
      .map(([container_name, topic, log]) => Buffer.from(toJson({ log, topic, kubernetes: { container_name } }))),
    fc
      .array(fc.tuple(fc.constantFrom('hostname', 'source', 'path', 'site_domain', 'x'), fc.string()))
      .map((pairs) => Buffer.from(pairs.map(([name, value]) => `${name}=${value}`).join(' '))),
  );

  it('no parser throws, every packet is strict RFC 5424, and every line of a session is one line', () => {
    fc.assert(
      fc.property(bytes, context, (value, where) => {
        const result = parseRecord(value, where);
        if (typeof result === 'string') return;
        for (const record of result) {
          parseRfc5424(encodePacket(record, { maxBytes: 1_024, structuredData: true }));
          expect(sessionLine(record, arrivalTime)).not.toMatch(/[\n\r\0]/);
          expect(record.destination).not.toMatchObject({ app: '' });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a record that a parser fails at is one that is not understood, and not the end of the process', () => {
    const failing = {
      position: { topic: 'alamobuildlogs', partition: 0, offset: 0 },
      get arrivalTime(): string {
        throw new RangeError('no time');
      },
    };
    expect(parseRecord(Buffer.from('{"message":"x","metadata":"a-b"}'), failing)).toBe('wrong_shape');
  });

  function toJson(value: unknown): string {
    return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? String(item) : item)) ?? 'undefined';
  }
});
