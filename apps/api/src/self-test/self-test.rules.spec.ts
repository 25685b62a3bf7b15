import { describe, expect, it } from '@jest/globals';
import {
  judgeBodySize,
  judgeForwarded,
  judgeReachable,
  judgeRequestStreaming,
  judgeResponseStreaming,
  type ProbeEcho,
  type ProbeOutcome,
  sizesToTry,
} from './self-test.rules.js';

const MIB = 1024 * 1024;
const nobody: ProbeOutcome = { kind: 'none', reason: 'timeout' };
const stranger = (status: number): ProbeOutcome => ({ kind: 'answer', status, spreadMs: 0, echo: undefined });
const ours = (echo: Partial<ProbeEcho> = {}, spreadMs = 0): ProbeOutcome => ({
  kind: 'answer',
  status: 200,
  spreadMs,
  echo: { protocol: 'https', host: 'logs.example.com', is_proxy_ignored: false, expects_continue: false, ...echo },
});

describe('The self-test', () => {
  it('takes an answer of somebody else for what it is', () => {
    expect(judgeReachable(ours()).status).toBe('ok');
    expect(judgeReachable(stranger(200))).toMatchObject({ status: 'failed' });
    expect(judgeReachable(nobody).detail).toContain('timeout');
  });

  it('knows nothing where there was no answer', () => {
    expect(judgeForwarded(nobody, 'https://logs.example.com').status).toBe('unknown');
    expect(judgeRequestStreaming(stranger(502)).status).toBe('unknown');
    expect(judgeResponseStreaming(stranger(502)).status).toBe('unknown');
  });

  it('compares scheme, host and port, and no path', () => {
    expect(judgeForwarded(ours(), 'https://logs.example.com/below').status).toBe('ok');
    expect(judgeForwarded(ours({ protocol: 'http' }), 'https://logs.example.com').status).toBe('failed');
    expect(judgeForwarded(ours({ host: 'logs.example.com:8443' }), 'https://logs.example.com').status).toBe('failed');
  });

  it('tells pieces that came apart from pieces that came together', () => {
    expect(judgeRequestStreaming(ours({ first_byte_ms: 2, last_byte_ms: 1_004 })).status).toBe('ok');
    expect(judgeRequestStreaming(ours({ first_byte_ms: 2, last_byte_ms: 9 })).status).toBe('failed');
    expect(judgeResponseStreaming(ours({}, 998)).status).toBe('ok');
    expect(judgeResponseStreaming(ours({}, 3)).status).toBe('failed');
  });

  it('takes silence about a declared size for consent: somebody waits for the body', () => {
    expect(judgeBodySize([{ bytes: 1024 * MIB, outcome: nobody }])).toMatchObject({ status: 'ok' });
  });

  it('names the largest size that may pass', () => {
    const found = judgeBodySize([
      { bytes: MIB, outcome: ours() },
      { bytes: 10 * MIB, outcome: ours() },
      { bytes: 100 * MIB, outcome: stranger(413) },
    ]);
    expect(found).toMatchObject({ status: 'failed' });
    expect(found.detail).toContain('lets 10 MiB pass and answers 413');
    expect(judgeBodySize([{ bytes: MIB, outcome: stranger(413) }]).detail).toContain('refuses even 1 MiB');
  });

  it('tries the usual limits below the largest archive, and that', () => {
    expect(sizesToTry(50 * MIB)).toEqual([MIB, 10 * MIB, 50 * MIB]);
    expect(sizesToTry(1)).toEqual([1]);
  });
});
