// Brings the broker of the tests, Apache Kafka itself, from Maven Central by way of Maven. Kept in an ignored folder.
//
//   node scripts/kafka/get-kafka.mjs        prints the folder of its jars

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const rootDir = resolve(import.meta.dirname, '../..');
const pom = join(import.meta.dirname, 'pom.xml');

/** The folder of the jars that pom.xml names, fetched when they are not there yet. */
export function kafkaJars() {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 16);
  const cache = join(rootDir, '.cache/kafka');
  const directory = join(cache, version);
  if (existsSync(directory)) return directory;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'fetching-'));
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${temporary}`];
  const { status, stdout, stderr, error } = spawnSync('mvn', ['-q', '-B', '-f', pom, ...goal], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Maven could not bring Kafka: ${error?.message ?? stdout + stderr}`);
  try {
    renameSync(temporary, directory);
  } catch (failure) {
    // Another process was faster.
    if (!existsSync(directory)) throw failure;
    rmSync(temporary, { recursive: true });
  }
  return directory;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(kafkaJars());
