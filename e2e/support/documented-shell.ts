import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

/** The blocks of shell commands in a page of the documentation, in their order. */
export function shellBlocks(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** The commands of a block that begin with a word, each with the lines that it is continued on. */
export function commandsOf(block: string, word: string): string[] {
  const commands = block.replaceAll('\\\n', '').split('\n');
  return commands.filter((command) => command.startsWith(`${word} `));
}

/** Runs it in a shell as whoever reads the page would, with these variables set, and answers what it prints. */
export async function runInShell(script: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    env: { PATH: process.env.PATH, ...variables },
  });
  return stdout;
}
