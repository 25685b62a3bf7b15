import { createHash } from 'node:crypto';
import { createReadStream, fsyncSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { withFile } from '@logs-collector/runtime/durable-file';
import { BackupError } from './backup-error.js';
import type { TableFile } from './manifest.js';
import type { Row } from './snapshot.js';

function pathOf(directory: string, table: string): string {
  return join(directory, `${table}.jsonl`);
}

/** Writes the rows of a table, durably but for the name of the file. */
export async function writeTable(directory: string, name: string, batches: AsyncIterable<Row[]>): Promise<TableFile> {
  const hash = createHash('sha256');
  let rows = 0;
  let bytes = 0;
  const path = pathOf(directory, name);
  withFile(path, 'w', () => undefined);
  for await (const batch of batches) {
    const text = Buffer.from(batch.map((row) => `${JSON.stringify(row)}\n`).join(''));
    append(path, text);
    hash.update(text);
    rows += batch.length;
    bytes += text.byteLength;
  }
  withFile(path, 'r', fsyncSync);
  return { name, rows, bytes, sha256: hash.digest('hex') };
}

function append(path: string, bytes: Buffer): void {
  withFile(path, 'a', (file) => {
    for (let done = 0; done < bytes.byteLength; ) done += writeSync(file, bytes, done);
  });
}

/** Throws where the file is not what was written, or has other rows than the manifest says. */
export async function verifyTable(directory: string, table: TableFile): Promise<void> {
  const hash = createHash('sha256');
  let rows = 0;
  try {
    for await (const chunk of createReadStream(pathOf(directory, table.name)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', at + 1)) rows += 1;
    }
  } catch (error) {
    throw new BackupError(`The rows of the table ${table.name} cannot be read: ${String(error)}`);
  }
  if (hash.digest('hex') !== table.sha256) {
    throw new BackupError(
      `The rows of the table ${table.name} are damaged: their SHA-256 is another than when written.`,
    );
  }
  if (rows !== table.rows) {
    throw new BackupError(`The table ${table.name} has ${rows} rows, and the manifest says ${table.rows}.`);
  }
}

/** The rows of a table, in the order in which they were written. */
export async function* readTable<T = Row>(directory: string, name: string): AsyncGenerator<T> {
  // Not through readline, which also takes U+2028 for the end of a line, and a text of a customer may have one.
  let rest = '';
  for await (const chunk of createReadStream(pathOf(directory, name), 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as T;
  }
}
