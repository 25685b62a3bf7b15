import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandError } from './command.js';

/** The longest that is read: nobody means a log file when asked for a password. */
const MAX_LENGTH = 4_096;

interface SecretRequest {
  /** Of the environment variable; `<name>_FILE` names a file instead. */
  readonly name: string;
  /** Asked for at a terminal. */
  readonly prompt: string;
  /** Asked for twice at a terminal, because nobody can tell later what was meant. */
  readonly isNew: boolean;
}

/** A secret from the environment, a file, the terminal or standard input: never from the command line, which all can see. */
export async function readSecret({ name, prompt, isNew }: SecretRequest): Promise<string> {
  const secret = fromEnvironment(name) ?? (process.stdin.isTTY ? await ask(prompt, isNew) : await firstLine());
  if (secret === '') throw new CommandError(`${prompt}: nothing was given. Set ${name} or ${name}_FILE, or type it.`);
  return secret;
}

function fromEnvironment(name: string): string | undefined {
  const { [name]: value, [`${name}_FILE`]: file } = process.env;
  if (value && file) throw new CommandError(`${name} and ${name}_FILE are both set; set one of them.`);
  if (!file) return value || undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new CommandError(`The file that ${name}_FILE names cannot be read.`);
  }
}

async function ask(prompt: string, isNew: boolean): Promise<string> {
  const first = await askOnce(`${prompt}: `);
  if (isNew && (await askOnce(`${prompt}, again: `)) !== first) throw new CommandError('The two are not the same.');
  return first;
}

async function askOnce(prompt: string): Promise<string> {
  // What is typed is echoed by readline, not by the terminal: it goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(prompt);
  try {
    return await reader.question('');
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}

async function firstLine(): Promise<string> {
  const [line = ''] = (await text(process.stdin)).split(/\r?\n/, 1);
  if (line.length > MAX_LENGTH) throw new CommandError('What was given on standard input is too long.');
  return line;
}
