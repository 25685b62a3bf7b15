import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ArchivedFile, listingFingerprint, tarArchive } from './tar-archive.js';
import { paddingOf, paxRecord, tarHeader } from './tar-header.js';

const MODIFIED_AT = Date.UTC(2026, 10, 20, 18, 45, 0);

function file(path: string, text: string, lastModified = MODIFIED_AT): ArchivedFile {
  return { path, file: new File([text], path.split('/').at(-1) ?? '', { lastModified }) };
}

describe('tarArchive', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tar-archive-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function unpacked(files: readonly ArchivedFile[]): Promise<string[]> {
    const path = join(directory, 'made.tar');
    writeFileSync(path, Buffer.from(await tarArchive(files).arrayBuffer()));
    execFileSync('tar', ['-xf', path, '-C', directory]);
    const listed = execFileSync('tar', ['--quoting-style=literal', '-tf', path], { encoding: 'utf8' });
    return listed.split('\n').filter((line) => line !== '');
  }

  it('is what tar unpacks, byte for byte', async () => {
    const files = [
      file('logs/empty.log', ''),
      file('logs/one.log', 'x'),
      file('logs/block.log', 'b'.repeat(512)),
      file('logs/deep/more.log', 'm'.repeat(1025)),
    ];
    expect(await unpacked(files)).toEqual(['logs/block.log', 'logs/deep/more.log', 'logs/empty.log', 'logs/one.log']);
    for (const { path, file: blob } of files) {
      expect(readFileSync(join(directory, path), 'utf8')).toBe(await blob.text());
    }
    expect(statSync(join(directory, 'logs/one.log')).mtimeMs).toBe(MODIFIED_AT);
  });

  it.each([
    ['100 bytes', `logs/${'n'.repeat(95)}`],
    ['101 bytes', `logs/${'n'.repeat(96)}`],
    ['a long path of short parts', `${'part/'.repeat(60)}end.log`],
    ['Russian', 'журналы/ошибки за ноябрь.log'],
    ['an emoji and markup', 'logs/🔥<img src=x onerror=alert(1)>.log'],
  ])('keeps a name: %s', async (_name, path) => {
    expect(await unpacked([file(path, 'kept')])).toEqual([path]);
    expect(readFileSync(join(directory, path), 'utf8')).toBe('kept');
  });

  it('has a known size and can be taken in parts', async () => {
    const whole = tarArchive([file('a.log', 'a'.repeat(700)), file('b.log', 'b')]);
    expect(whole.size).toBe(512 + 1024 + 512 + 512 + 1024);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    expect(new Uint8Array(await whole.slice(600, 1600).arrayBuffer())).toEqual(bytes.slice(600, 1600));
  });

  it('makes the same bytes and the same fingerprint in any order, another fingerprint after a change', async () => {
    const [a, b] = [file('a.log', 'a'), file('b.log', 'b')];
    expect(await tarArchive([b, a]).text()).toBe(await tarArchive([a, b]).text());
    expect(listingFingerprint([b, a])).toBe(listingFingerprint([a, b]));
    expect(listingFingerprint([a, file('b.log', 'b', MODIFIED_AT + 1)])).not.toBe(listingFingerprint([a, b]));
  });
});

describe('tarHeader', () => {
  it('says a size beyond 8 GiB in a pax record', () => {
    const size = 10 * 1024 ** 3;
    const header = tarHeader({ path: 'dump.bin', size, modifiedAt: 0 });
    expect(header.length).toBe(3 * 512);
    expect(new TextDecoder().decode(header.subarray(512, 540))).toContain(`20 size=${size}\n`);
  });

  it('needs one block for a plain name', () => {
    expect(tarHeader({ path: 'app.log', size: 8 ** 11 - 1, modifiedAt: -1 }).length).toBe(512);
  });
});

describe('paxRecord', () => {
  it.each([1, 5, 88, 89, 90, 91, 92, 93, 985, 990, 995])('counts itself with a value of %d bytes', (bytes) => {
    const record = paxRecord('path', 'p'.repeat(bytes));
    expect(record.length).toBe(Number.parseInt(record, 10));
  });
});

describe('paddingOf', () => {
  it.each([
    [0, 0],
    [1, 511],
    [511, 1],
    [512, 0],
    [513, 511],
  ])('fills %d bytes up with %d', (size, padding) => {
    expect(paddingOf(size)).toBe(padding);
  });
});
