import { describe, expect, it } from '@jest/globals';
import { parseStorageUrl } from './storage-url.js';

describe('STORAGE_URL', () => {
  it.each([
    ['file:///var/lib/archives', { kind: 'file', path: '/var/lib/archives' }],
    ['s3://archives', { kind: 's3', bucket: 'archives', prefix: '' }],
    ['s3://archives/', { kind: 's3', bucket: 'archives', prefix: '' }],
    [
      's3://archives/logs/prod/?region=eu-central-1',
      { kind: 's3', bucket: 'archives', prefix: 'logs/prod/', region: 'eu-central-1' },
    ],
    [
      's3://archives/logs?endpoint=http://minio:9000/&region=home',
      { kind: 's3', bucket: 'archives', prefix: 'logs/', endpoint: 'http://minio:9000', region: 'home' },
    ],
    [
      's3://archives?endpoint=https%3A%2F%2Fs3.example.com%3A8443',
      { kind: 's3', bucket: 'archives', prefix: '', endpoint: 'https://s3.example.com:8443' },
    ],
  ])('%s', (text, expected) => {
    expect(parseStorageUrl(text)).toEqual(expected);
  });

  it.each([
    'ftp://archives',
    '/var/lib',
    's3://',
    's3://AB',
    's3://key:secret@archives',
    's3://archives/..%2Fother',
    's3://archives/a//b',
    's3://archives?endpoint=minio:9000',
    's3://archives?endpoint=http://user:pw@minio',
    's3://archives?region=eu central',
    's3://archives?acl=public',
  ])('%s is refused without being repeated', (text) => {
    expect(() => parseStorageUrl(text)).toThrow(RangeError);
    expect(() => parseStorageUrl(text)).not.toThrow(/secret|pw|acl/);
  });
});
