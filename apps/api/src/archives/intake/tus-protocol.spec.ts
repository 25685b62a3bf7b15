import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { overriddenMethod, parseChecksum, parseMetadata, requireTusVersion } from './tus-protocol.js';

function requestWith(...headers: [string, string][]): FastifyRequest {
  return {
    method: 'POST',
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    raw: { rawHeaders: headers.flat() },
  } as unknown as FastifyRequest;
}

describe('Upload-Metadata', () => {
  it('is read back as it is told', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (filename, filetype) => {
        const encoded = (text: string) => Buffer.from(text).toString('base64');
        const read = parseMetadata(`filename ${encoded(filename)},filetype ${encoded(filetype)}`);
        return read.filename === filename && read.filetype === filetype;
      }),
    );
  });

  it('knows the names of other clients, and ignores what it does not know', () => {
    expect(parseMetadata(`name ${btoa('a.log')},type ${btoa('text/plain')},is_confidential`)).toMatchObject({
      filename: 'a.log',
      filetype: 'text/plain',
    });
    expect(parseMetadata(undefined)).toEqual({});
  });

  it('refuses a sha256 that is none', () => {
    expect(parseMetadata(`sha256 ${btoa('AB'.repeat(32))}`).sha256).toBe('ab'.repeat(32));
    expect(() => parseMetadata(`sha256 ${btoa('abc')}`)).toThrow('64 hexadecimal digits');
  });

  it('never fails in another way', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(parseMetadata(header)).toBeDefined();
      }),
    );
  });
});

describe('Upload-Checksum', () => {
  it('is an algorithm and a digest of its length', () => {
    const digest = Buffer.alloc(20, 7);
    expect(parseChecksum(`sha1 ${digest.toString('base64')}`)).toEqual({
      algorithm: 'sha1',
      digest: digest.toString('hex'),
    });
    expect(parseChecksum(undefined)).toBeUndefined();
  });

  it.each(['', 'sha1', 'sha1 eA==', 'sha256 eA==', 'md5 eA==', `SHA1 ${Buffer.alloc(20).toString('base64')}`])(
    'is refused as "%s"',
    (header) => {
      expect(() => parseChecksum(header)).toThrow('Upload-Checksum must be');
    },
  );
});

describe('Tus-Resumable', () => {
  it('has to be 1.0.0, once', () => {
    expect(() => requireTusVersion(requestWith(['Tus-Resumable', '1.0.0']))).not.toThrow();
    for (const headers of [[], [['Tus-Resumable', '1.0.1']]] as [string, string][][]) {
      expect(() => requireTusVersion(requestWith(...headers))).toThrow('Send Tus-Resumable');
    }
    expect(() => requireTusVersion(requestWith(['Tus-Resumable', '1.0.0'], ['tus-resumable', '1.0.0']))).toThrow(
      'once',
    );
  });
});

describe('X-HTTP-Method-Override', () => {
  it('is the method that is meant', () => {
    expect(overriddenMethod(requestWith(['X-HTTP-Method-Override', 'patch']))).toBe('PATCH');
    expect(overriddenMethod(requestWith())).toBe('POST');
  });
});
