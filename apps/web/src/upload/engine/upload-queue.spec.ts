import { describe, expect, it } from '@jest/globals';
import { fileSource, folderSource, packedSource } from '../sources/upload-source.js';
import { admit, shareOfAll, startable } from './upload-queue.js';
import { newUpload, nextUpload, type Upload } from './upload-state.js';

function file(name: string, size: number, lastModified = 1): File {
  return new File(['x'.repeat(size)], name, { lastModified });
}
function upload(id: string, size = 100): Upload {
  const fields = { id, kind: 'file', name: id, size, fileCount: 1, fingerprint: '1' } as const;
  return newUpload(fields, 0, 0);
}
const sending = (id: string): Upload => nextUpload(upload(id), { type: 'started', now: 0 });
const paused = (id: string): Upload => nextUpload(sending(id), { type: 'paused' });
const ALLOWANCE = { attempts: 3, maxBytes: 1_000 };

describe('startable', () => {
  it('fills three places, oldest first', () => {
    const queue = ['a', 'b', 'c', 'd'].map((id) => upload(id));
    expect(startable(queue).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(startable([sending('x'), sending('y'), ...queue]).map(({ id }) => id)).toEqual(['a']);
    expect(startable([sending('x'), sending('y'), sending('z'), ...queue])).toEqual([]);
  });

  it('gives the place of a paused upload to the next one', () => {
    expect(startable([paused('x'), sending('y'), sending('z'), upload('a')]).map(({ id }) => id)).toEqual(['a']);
  });
});

describe('admit', () => {
  it('takes what fits', () => {
    const sources = [fileSource(file('a.log', 10)), fileSource(file('b.log', 1_000))];
    expect(admit(sources, [], ALLOWANCE)).toEqual({ accepted: sources, unsent: [] });
  });

  it('names what is empty or too large, and takes the rest', () => {
    const good = fileSource(file('good.log', 10));
    const { accepted, unsent } = admit(
      [fileSource(file('empty.log', 0)), folderSource('nothing', []), fileSource(file('big.log', 1_001)), good],
      [],
      ALLOWANCE,
    );
    expect(accepted).toEqual([good]);
    expect(unsent).toEqual([
      { reason: 'empty', name: 'empty.log', kind: 'file' },
      { reason: 'empty', name: 'nothing.tar', kind: 'folder' },
      { reason: 'too_large', name: 'big.log', size: 1_001, limit: 1_000 },
    ]);
  });

  it('takes none where the link has fewer uploads left than that, those under way counted', () => {
    const sources = [fileSource(file('a.log', 1)), fileSource(file('b.log', 1))];
    expect(admit(sources, [sending('x'), paused('y')], ALLOWANCE)).toEqual({
      accepted: [],
      unsent: [{ reason: 'too_many', sources, left: 1 }],
    });
    const packed = packedSource(sources, new Date('2026-11-20T12:00:00Z'));
    expect(packed).toMatchObject({ name: 'logs-2026-11-20.tar', kind: 'folder' });
    expect(admit([packed], [sending('x'), paused('y')], { ...ALLOWANCE, maxBytes: 10_000 }).accepted).toEqual([packed]);
  });

  it('takes the same file once, and once more when it has changed', () => {
    const there = [sending('a.log')];
    expect(admit([fileSource(file('a.log', 100))], there, ALLOWANCE).unsent).toEqual([
      { reason: 'already', name: 'a.log' },
    ]);
    expect(admit([fileSource(file('a.log', 100, 2))], there, ALLOWANCE).accepted).toHaveLength(1);
  });
});

describe('packedSource', () => {
  it('keeps files of the same name apart', () => {
    const packed = packedSource([fileSource(file('a.log', 1)), fileSource(file('a.log', 2))], new Date(0));
    expect(packed.files.map(({ path }) => path)).toEqual(['logs-1970-01-01/a.log', 'logs-1970-01-01/2-a.log']);
  });
});

describe('shareOfAll', () => {
  it('counts bytes, and not what was refused', () => {
    const refused = nextUpload(sending('r'), {
      type: 'failed',
      now: 0,
      failure: { kind: 'refused', code: 'ticket_resolved', detail: '', requestId: undefined },
    });
    const half = nextUpload(sending('a'), { type: 'moved', bytes: 50, now: 1 });
    expect(shareOfAll([half, upload('b', 150), refused])).toBe(0.2);
    expect(shareOfAll([])).toBe(0);
  });
});
