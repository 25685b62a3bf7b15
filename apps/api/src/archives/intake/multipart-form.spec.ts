import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MultipartForm } from './multipart-form.js';

const HEADERS = { 'content-type': 'multipart/form-data; boundary=b' };
const END = '\r\n--b--\r\n';

function part(name: string, fileName: string, content: Uint8Array | string): Buffer {
  const head = `\r\n--b\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(content)]);
}

async function* inPieces(body: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

async function read(body: Buffer, size: number): Promise<{ fileName: string | undefined; content: Buffer }> {
  const form = new MultipartForm(HEADERS);
  void form.pump(inPieces(body, size));
  const { fileName, content } = await form.file();
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  await form.end();
  return { fileName, content: Buffer.concat(chunks) };
}

describe('MultipartForm', () => {
  it('gives the very bytes of the file, however the body is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.integer({ min: 1, max: 200 }), async (bytes, size) => {
        const found = await read(Buffer.concat([part('file', 'a.log', bytes), Buffer.from(END)]), size);
        return found.content.equals(Buffer.from(bytes)) && found.fileName === 'a.log';
      }),
    );
  });

  it('never gives a file whole of a form that is not, wherever it ends', async () => {
    const whole = Buffer.concat([part('file', 'a.log', 'some text'), Buffer.from('\r\n--b--')]);
    for (let length = 0; length < whole.length; length += 1) {
      await expect(read(whole.subarray(0, length), 7)).rejects.toMatchObject({ kind: { status: 400 } });
    }
    expect((await read(whole, 7)).content.toString()).toBe('some text');
  });

  it.each([1, 13, 10_000])('refuses a second file in pieces of %d bytes, and stays alive', async (size) => {
    const two = Buffer.concat([part('file', 'a', 'one'), part('file', 'b', 'two'), Buffer.from(END)]);
    await expect(read(two, size)).rejects.toMatchObject({ kind: { code: 'several_files' } });
  });

  it('passes over other fields and files', async () => {
    const field = Buffer.from('\r\n--b\r\nContent-Disposition: form-data; name="note"\r\n\r\ntext');
    const body = Buffer.concat([field, part('other', 'x', 'no'), part('file', 'a', 'yes'), field, Buffer.from(END)]);
    expect((await read(body, 11)).content.toString()).toBe('yes');
  });

  it('passes on why the body broke off', async () => {
    const form = new MultipartForm(HEADERS);
    const broken = new Error('the client went away');
    void form.pump(
      (async function* () {
        yield part('file', 'a', 'text');
        throw broken;
      })(),
    );
    const { content } = await form.file();
    await expect(
      content[Symbol.asyncIterator]()
        .next()
        .then(() => form.end()),
    ).rejects.toBe(broken);
  });

  it.each([
    undefined,
    'text/plain',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    `multipart/form-data; boundary=${'x'.repeat(10_000)}`,
  ])('400 for the type %j', (type) => {
    expect(() => new MultipartForm(type === undefined ? {} : { 'content-type': type })).toThrow(
      expect.objectContaining({ kind: expect.objectContaining({ status: 400 }) }),
    );
  });
});
