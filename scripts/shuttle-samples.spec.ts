import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { parseRecord } from '../libs/shuttle/src/parse/parse-record.js';

const directory = join(import.meta.dirname, '../docker/shuttle');
const sample = (name: string) => readFileSync(join(directory, name), 'utf8');

/** The records that the head of a sample shows, with their topics. */
function recordsOf(name: string): { readonly topic: string; readonly value: string }[] {
  return [...sample(name).matchAll(/^(?:#|\/\/) topic ([\w-]+): (.+)$/gm)].map(([, topic = '', value = '']) => ({
    topic,
    value,
  }));
}

function read(topic: string, value: string) {
  const context = { position: { topic, partition: 0, offset: 0 }, arrivalTime: '2026-01-01T00:00:00Z' };
  return parseRecord(Buffer.from(value), context);
}

const owner = { kind: 'app', app: 'shop', space: 'space' };
const appRecord = {
  destination: { kind: 'app', app: 'shop', space: 'shop-space' },
  ...{ process: 'worker', severity: 'err', text: 'no such order' },
  ...{ time: '2026-11-25T10:00:00.123456789Z', tag: 'worker.6d4cf56db6-abcde' },
};
const webRecord = {
  destination: owner,
  tag: 'akkeris/router',
  time: '2026-11-25T10:00:00+00:00',
  text:
    'hostname=shop-space.example.com fwd="192.0.2.7" method=GET status=200 bytes=512 request_id=7f1c total=0.012s ' +
    'host=shop-space path=/orders?page=2',
};
const buildRecord = { destination: owner, tag: 'akkeris/build', text: 'Step 2/7 : RUN npm ci' };

describe('The record that the sample shows', () => {
  it.each([
    ['fluentd.conf', [appRecord]],
    ['fluent-bit.yaml', [appRecord, webRecord]],
    ['vector.yaml', [appRecord, webRecord]],
    ['Jenkinsfile', [buildRecord]],
  ])('%s is read by the shuttle', (name, expected) => {
    const records = recordsOf(name);
    expect(records).toHaveLength(expected.length);
    expect(records.map(({ topic, value }) => read(topic, value))).toMatchObject(expected.map((record) => [record]));
  });
});

describe('The sample fluentd.conf', () => {
  it('takes a line of the container runtime apart as its head shows', () => {
    const text = sample('fluentd.conf');
    const pattern = new RegExp(/^ {4}expression \/(.+)\/$/m.exec(text)?.[1] ?? 'none');
    const line = /^# A line {3}(.+)$/m.exec(text)?.[1] ?? '';
    const [record] = recordsOf('fluentd.conf');
    expect(JSON.parse(record?.value ?? '{}')).toMatchObject({ ...pattern.exec(line)?.groups });
    expect(pattern.exec(line)?.groups).toHaveProperty('log', 'no such order');
  });
});

describe('A sample', () => {
  it.each(['fluent-bit.yaml', 'vector.yaml', 'istio.yaml'])('%s is YAML', (name) => {
    for (const document of parseAllDocuments(sample(name)))
      expect([document.errors, document.warnings]).toEqual([[], []]);
  });

  it('in Vector makes what its head shows', () => {
    const [record] = recordsOf('vector.yaml');
    const made = [...sample('vector.yaml').matchAll(/^ {8,10}"(\w+)":/gm)].map(([, name]) => name);
    const { kubernetes, ...rest } = JSON.parse(record?.value ?? '{}') as { kubernetes: object };
    expect(made.toSorted()).toEqual([...Object.keys(rest), 'kubernetes', ...Object.keys(kubernetes)].toSorted());
  });
});
