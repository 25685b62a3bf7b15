import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLES = join(import.meta.dirname, '../../docker/shuttle');

/** A sample of docker/shuttle with what belongs to a machine replaced; throws where there is nothing to replace. */
export function shuttleSample(name: string, changes: Readonly<Record<string, string>> = {}): string {
  let text = readFileSync(join(SAMPLES, name), 'utf8');
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}
