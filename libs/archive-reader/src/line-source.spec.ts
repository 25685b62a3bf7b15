import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { inspectText, type OpenBytes, READ_LIMITS, readLines, type TextLine } from './line-source.js';
import { LineSplitter } from './line-splitter.js';
import { compressionOf } from './text-format.js';

/** A store that gives its bytes in chunks of an awkward size. */
function stored(bytes: Uint8Array, chunkBytes = 1_000): OpenBytes {
  return (start) =>
    Readable.from(
      (function* () {
        for (let from = start; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
      })(),
      { objectMode: false },
    );
}

async function linesOf(bytes: Uint8Array, from = 0, limits = READ_LIMITS): Promise<TextLine[]> {
  const lines: TextLine[] = [];
  for await (const group of readLines(stored(bytes), compressionOf(bytes), { from, limits })) lines.push(...group);
  return lines;
}

const numbered = (count: number) => Array.from({ length: count }, (_, number) => `line ${number}`);
const text = Buffer.from(`${numbered(5_000).join('\n')}\n`);
const half = text.length / 2;
const FORMS: [string, Uint8Array][] = [
  ['plain', text],
  ['gzip', gzipSync(text)],
  ['gzip of several members', Buffer.concat([gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))])],
  ['zstd', zstdCompressSync(text)],
  [
    'zstd of several frames',
    Buffer.concat([zstdCompressSync(text.subarray(0, half)), zstdCompressSync(text.subarray(half))]),
  ],
];

describe('The lines of a text', () => {
  it.each(FORMS)('are all there and in order: %s', async (_, bytes) => {
    expect((await linesOf(bytes)).map((line) => line.text)).toEqual(numbered(5_000));
  });

  it.each(FORMS)('are read on from where a line ended: %s', async (_, bytes) => {
    const from = (await linesOf(bytes))[2_344]?.endOffset;
    expect((await linesOf(bytes, from)).map((line) => line.text)).toEqual(numbered(5_000).slice(2_345));
  });

  it('lose their ends and a byte order mark, and nothing else', async () => {
    const found = await linesOf(Buffer.from('\uFEFFone\r\n\n two \n\uFEFFthree'));
    expect(found.map((line) => line.text)).toEqual(['one', '', ' two ', '\uFEFFthree']);
    expect(found.at(-1)?.endOffset).toBe(Buffer.byteLength('\uFEFFone\r\n\n two \n\uFEFFthree'));
  });

  it('have U+FFFD in place of what is no UTF-8', async () => {
    expect((await linesOf(Buffer.from([0x61, 0xff, 0x62, 0x0a])))[0]?.text).toBe('a\uFFFDb');
  });

  it('are cut where they are too long, and the next one begins where it should', async () => {
    const found = await linesOf(Buffer.from(`${'x'.repeat(5_000)}\nnext\n`), 0, { ...READ_LIMITS, maxLineBytes: 100 });
    expect(found).toEqual([
      { text: 'x'.repeat(100), isCut: true, endOffset: 5_001 },
      { text: 'next', isCut: false, endOffset: 5_006 },
    ]);
  });

  it('of something that decompresses to far too much are not read to the end', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1_024 * 1_024, 'a\n'));
    const limits = { ...READ_LIMITS, freeBytes: 1_024 * 1_024, maxRatio: 100 };
    await expect(linesOf(bomb, 0, limits)).rejects.toMatchObject({ code: 'too_large' });
    const limit = { ...READ_LIMITS, maxTextBytes: 1_000 };
    await expect(linesOf(text, 0, limit)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('cost no more memory than they have bytes, however small the pieces in which they come', () => {
    const splitter = new LineSplitter(1_024);
    const piece = () => new Uint8Array(new ArrayBuffer(65_536), 0, 1).fill(0x78);
    const pieces = Array.from({ length: 100 }, piece);
    expect(pieces.flatMap((bytes) => splitter.push(bytes))).toEqual([]);
    const rest = splitter.end();
    expect(Buffer.from(rest?.bytes ?? []).toString()).toBe('x'.repeat(100));
    expect(rest?.bytes.buffer.byteLength).toBeLessThanOrEqual(1_024);
    expect(pieces.some(({ buffer }) => buffer === rest?.bytes.buffer)).toBe(false);
  });

  it('in more frames of Zstandard than a text can need are not read to the end', async () => {
    const frames = Buffer.concat(Array.from({ length: 60 }, () => zstdCompressSync('x')));
    expect((await linesOf(frames))[0]?.text).toBe('x'.repeat(60));
    await expect(linesOf(frames, 0, { ...READ_LIMITS, freeFrames: 50 })).rejects.toMatchObject({ code: 'too_large' });
  });

  it('that are cut off or damaged come as far as they are whole', async () => {
    await expect(linesOf(gzipSync(text).subarray(0, 5_000))).rejects.toMatchObject({ code: 'damaged' });
  });

  it('of a frame of Zstandard that is cut off come with an error', async () => {
    const whole = zstdCompressSync(text);
    await expect(linesOf(Buffer.concat([whole, whole.subarray(0, 40)]))).rejects.toMatchObject({ code: 'damaged' });
  });

  it('fail with the error of the store, where that is what failed', async () => {
    const failure = new Error('the disk is gone');
    const open: OpenBytes = () =>
      Readable.from(
        (async function* () {
          yield gzipSync(text).subarray(0, 100);
          throw failure;
        })(),
      );
    const read = async () => {
      for await (const _ of readLines(open, 'gzip'));
    };
    await expect(read()).rejects.toBe(failure);
  });

  it('end the stream of the store when nobody wants more', async () => {
    const stream = stored(text)(0);
    for await (const _ of readLines(() => stream, 'none')) break;
    expect(stream.destroyed).toBe(true);
  });
});

describe('What is no text', () => {
  const tar = Buffer.alloc(1_024);
  tar.write('ustar', 257);
  it.each([
    ['a ZIP archive', Buffer.from('PK\x03\x04rest')],
    ['a tar archive', tar],
    ['a tar archive', gzipSync(tar)],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
    ['bzip2', Buffer.from('BZh91AY')],
    ['UTF-16', Buffer.from([0xff, 0xfe, 0x61, 0x00])],
    ['compressed more than once', gzipSync(gzipSync(text))],
    ['a binary file', Buffer.from([1, 2, 3, 0, 4])],
    ['a binary file', Buffer.from([1, 2, 3, 4, 5])],
  ])('is called by its name: %s', async (what, bytes) => {
    await expect(inspectText(stored(bytes))).rejects.toMatchObject({
      code: 'not_text',
      message: expect.stringContaining(what),
    });
  });

  it('is not looked for without end in what decompresses to nothing', async () => {
    const nothing = gzipSync('');
    let readBytes = 0;
    const endless: OpenBytes = () =>
      Readable.from(
        (async function* () {
          for (; readBytes < 20_000_000; readBytes += 60_000)
            yield setImmediate(Buffer.alloc(3_000 * nothing.length, nothing));
        })(),
      );
    await expect(inspectText(endless)).rejects.toMatchObject({ code: 'too_large' });
    expect(readBytes).toBeLessThan(2_000_000);
  });

  it('is not a log with colours and tabs, nor one that is empty', async () => {
    expect(await inspectText(stored(Buffer.from('\u001b[31m\tred\u001b[0m\r\n')))).toBe('none');
    expect(await inspectText(stored(Buffer.alloc(0)))).toBe('none');
    expect(await inspectText(stored(zstdCompressSync(text)))).toBe('zstd');
  });
});
