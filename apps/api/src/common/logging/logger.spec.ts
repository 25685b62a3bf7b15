import { describe, expect, it } from '@jest/globals';
import { withRequestContext } from '../request-context.js';
import { createLog } from './logger.js';
import { NestLogger } from './nest-logger.js';
import { printable } from './printable.js';
import { readableLines } from './readable-lines.js';

function logger(settings: Partial<Parameters<typeof createLog>[0]> = {}) {
  const text: string[] = [];
  const log = createLog(
    { LOG_LEVEL: 'info', DEBUG: false, TZ: 'UTC', ...settings },
    { write: (line) => text.push(line) },
  );
  return { log, nest: new NestLogger(log), text, lines: () => text.map((line): unknown => JSON.parse(line)) };
}

describe('The log', () => {
  it('writes one JSON object a line, with the request it belongs to', () => {
    const { nest, lines } = logger();
    withRequestContext({ requestId: 'r-1', address: '::1', agent: '' }, () =>
      nest.warn({ msg: 'constant', count: 2 }, 'x'),
    );
    expect(lines()).toMatchObject([{ level: 'warn', msg: 'constant', count: 2, context: 'x', request_id: 'r-1' }]);
  });

  it('keeps secrets out, two levels deep', () => {
    const { log, text } = logger();
    const headers = { authorization: 'canary', cookie: 'canary', 'set-cookie': 'canary', 'upload-token': 'canary' };
    log.info({ msg: 'm', headers, body: { password: 'canary', otp: 'canary' }, token: 'canary', secret: 'canary' });
    expect(text.join('')).not.toContain('canary');
  });

  it('takes of a database error neither statement nor parameters', () => {
    const { nest, text } = logger();
    const error = Object.assign(new Error('constraint'), {
      code: 'SQLITE_CONSTRAINT',
      query: 'canary',
      parameters: ['canary'],
    });
    nest.error({ msg: 'failed', error });
    expect(text.join('')).toContain('SQLITE_CONSTRAINT');
    expect(text.join('')).not.toContain('canary');
  });

  it('DEBUG adds causes and lines, LOG_LEVEL silent stays silent', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const quiet = logger();
    quiet.nest.error({ msg: 'failed', error });
    quiet.nest.debug('detail');
    expect(quiet.lines()).toHaveLength(1);
    expect(quiet.text.join('')).not.toContain('inner');
    const talkative = logger({ DEBUG: true });
    talkative.nest.error({ msg: 'failed', error });
    talkative.nest.debug('detail');
    expect(talkative.lines()).toMatchObject([{ error: { cause: { message: 'inner' } } }, { msg: 'detail' }]);
    const silent = logger({ LOG_LEVEL: 'silent', DEBUG: true });
    silent.nest.error('x');
    expect(silent.lines()).toEqual([]);
  });

  it('is readable at a terminal, in the zone of TZ', () => {
    let shown = '';
    readableLines({ write: (text) => (shown += text) }, 'Asia/Tokyo').write(
      '{"level":"info","time":"2026-01-02T03:04:05.000Z","msg":"listening","port":8000,"agent":"a b"}\n',
    );
    expect(shown).toBe('12:04:05 info  listening port=8000 agent="a b"\n');
  });
});

describe('printable', () => {
  it('writes out what could forge or hide a line', () => {
    expect(printable('a\r\nb\u2028\u202e\u001b[0m\u200bz\u0000', 256)).toBe(
      'a\\u{d}\\u{a}b\\u{2028}\\u{202e}\\u{1b}[0m\\u{200b}z\\u{0}',
    );
    expect(printable('x'.repeat(300), 256)).toHaveLength(256);
  });
});
