import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { streamAccessLogsMessage } from './access-log-schema.js';
import { decodeAccessLogs } from './decode-access-logs.js';

function encode(message: object): Uint8Array {
  return streamAccessLogsMessage.encode(streamAccessLogsMessage.fromObject(message)).finish();
}

function entryWith(common: object): unknown {
  const [entry] = decodeAccessLogs(encode({ http_logs: { log_entry: [{ common_properties: common }] } })).httpEntries;
  return JSON.parse(JSON.stringify(entry?.common_properties));
}

describe('A message of an Envoy', () => {
  it('becomes the JSON that protocol buffers define, times, durations and wrapped numbers included', () => {
    const entry = {
      common_properties: {
        start_time: { seconds: 1_767_225_600, nanos: 1_002 },
        time_to_last_upstream_rx_byte: { seconds: 2, nanos: 5_000_000 },
        tls_properties: { tls_version: 'TLSv1_3' },
        upstream_cluster: 'c',
      },
      protocol_version: 'HTTP3',
      request: { request_method: 'PATCH', request_body_bytes: 5_000_000_000 },
      response: { response_code: { value: 204 } },
    };
    const { httpEntries } = decodeAccessLogs(encode({ http_logs: { log_entry: [entry] } }));
    expect(JSON.parse(JSON.stringify(httpEntries))).toEqual([
      {
        common_properties: {
          start_time: '2026-01-01T00:00:00.000001002Z',
          time_to_last_upstream_rx_byte: '2.005000000s',
          tls_properties: { tls_version: 'TLSv1_3' },
          upstream_cluster: 'c',
        },
        protocol_version: 'HTTP3',
        request: { request_method: 'PATCH', request_body_bytes: '5000000000' },
        response: { response_code: 204 },
      },
    ]);
  });

  it('says which Envoy it is from, and counts connections that are no HTTP', () => {
    const message = { identifier: { node: { id: 'n' }, log_name: 'l' }, tcp_logs: { log_entry: [{}, {}] } };
    expect(decodeAccessLogs(encode(message))).toEqual({
      identifier: { node: 'n', logName: 'l' },
      httpEntries: [],
      tcpEntryCount: 2,
    });
    expect(decodeAccessLogs(encode({})).identifier).toBeUndefined();
  });

  it.each([
    ['a time that no calendar has', { start_time: { seconds: 1e15 } }],
    ['a negative duration', { time_to_last_upstream_rx_byte: { seconds: -1 } }],
    ['a duration with too many nanoseconds', { time_to_last_upstream_rx_byte: { nanos: 2_000_000_000 } }],
  ])('leaves out %s', (_what, common) => {
    expect(entryWith(common)).toEqual({});
  });

  it.each(['http_logs', 'tcp_logs'])('with more entries in %s than an Envoy has room for is none', (kind) => {
    const ofEmptyEntries = (count: number) =>
      encode({ [kind]: { log_entry: Array.from({ length: count }, () => ({})) } });
    const { httpEntries, tcpEntryCount } = decodeAccessLogs(ofEmptyEntries(1_000));
    expect(httpEntries.length + tcpEntryCount).toBe(1_000);
    expect(() => decodeAccessLogs(ofEmptyEntries(25_000))).toThrow('too many entries');
    const half = ofEmptyEntries(15_000);
    expect(() => decodeAccessLogs(Buffer.concat([half, half]))).toThrow('too many entries');
  });

  it('is one, or an error: nothing else happens, whatever the bytes are', () => {
    const prefix = encode({ http_logs: { log_entry: [{ request: { path: '/x' } }] } });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isAfterMessage) => {
        try {
          JSON.stringify(decodeAccessLogs(isAfterMessage ? Buffer.concat([prefix, bytes]) : bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 500 },
    );
  });
});
