import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BUDGETS, checkWebSize, initialFiles, type Manifest, measure } from './check-web-size.mjs';

const MANIFEST: Manifest = {
  'index.html': { file: 'assets/index.js', imports: ['_react.js', '_shared.js'], dynamicImports: ['src/page.tsx'] },
  'upload.html': { file: 'assets/upload.js', imports: ['_react.js'] },
  '_react.js': { file: 'assets/react.js' },
  // Chunks may import each other.
  '_shared.js': { file: 'assets/shared.js', imports: ['_react.js', '_helper.js'] },
  '_helper.js': { file: 'assets/helper.js', imports: ['_shared.js'] },
  'src/features/tickets/tickets-page.tsx': { file: 'assets/tickets.js', imports: ['_shared.js'] },
  'src/page.tsx': { file: 'assets/page.js', imports: ['_chart.js'] },
  '_chart.js': { file: 'assets/chart.js' },
};

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-collector-size-'));
  mkdirSync(join(directory, '.vite'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, '.vite/manifest.json'), JSON.stringify(MANIFEST));
  for (const { file } of Object.values(MANIFEST)) writeFileSync(join(directory, file), 'a');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

describe('initialFiles', () => {
  it('follows static imports, each once, and no dynamic ones', () => {
    expect(initialFiles(MANIFEST, 'index.html').toSorted()).toEqual([
      'assets/helper.js',
      'assets/index.js',
      'assets/react.js',
      'assets/shared.js',
    ]);
  });

  it('says which chunk is missing', () => {
    expect(() => initialFiles({ 'index.html': { file: 'a.js', imports: ['_b.js'] } }, 'index.html')).toThrow('_b.js');
  });
});

describe('The check', () => {
  const fill = (file: string, bytes: number) => writeFileSync(join(directory, file), randomBytes(bytes));
  const mute = () => [jest.spyOn(console, 'log'), jest.spyOn(console, 'error')].map((spy) => spy.mockReturnValue());

  it('counts compressed bytes', () => {
    writeFileSync(join(directory, 'assets/upload.js'), 'a'.repeat(100_000));
    const expected = gzipSync('a'.repeat(100_000)).length + gzipSync('a').length;
    expect(measure(directory)).toContainEqual({ entry: 'upload.html', bytes: expected, budget: 120_000 });
  });

  it('passes below all budgets, whatever is fetched on demand', () => {
    const [log] = mute();
    fill('assets/upload.js', 100_000);
    fill('assets/index.js', 200_000);
    fill('assets/chart.js', 500_000);
    expect(checkWebSize(directory)).toBe(true);
    expect(log).toHaveBeenCalledTimes(3);
  });

  it('counts the first page of the workbench together with what every page loads', () => {
    const [, error] = mute();
    fill('assets/index.js', 120_000);
    fill('assets/tickets.js', 120_000);
    expect(checkWebSize(directory)).toBe(false);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(expect.stringContaining('tickets-page.tsx'));
  });

  it.each(Object.entries(BUDGETS))('fails where %s loads more than %d bytes', (entry, budget) => {
    const [, error] = mute();
    fill(MANIFEST[entry]?.file ?? '', budget);
    expect(checkWebSize(directory)).toBe(false);
    expect(error).toHaveBeenCalledWith(expect.stringContaining(entry));
  });
});
