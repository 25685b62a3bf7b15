import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MultipartForm } from './multipart-form.js';

const BOUNDARY = 'b0undary';
const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A body in pieces that are overwritten once the next one is asked for, as the memory of a request's chunks is. */
async function* pieces(body: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let index = 0; at < body.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    const piece = new Uint8Array(body.subarray(at, at + size));
    yield piece;
    piece.fill(0x2a);
    at += size;
  }
}

function part(headers: string, content: Buffer | string): Buffer {
  return Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')]);
}

const filePart = (content: Buffer | string, disposition = 'form-data; name="file"; filename="a.log"'): Buffer =>
  part(`Content-Disposition: ${disposition}\r\nContent-Type: text/plain`, content);
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

async function read(
  body: Buffer,
  sizes: readonly number[] = [65_536],
): Promise<{ fileName: string | undefined; content: Buffer }> {
  const form = new MultipartForm(CONTENT_TYPE, pieces(body, sizes));
  const file = await form.file();
  const chunks: Buffer[] = [];
  for await (const chunk of file.content) chunks.push(Buffer.from(chunk));
  await form.end();
  return { fileName: file.fileName, content: Buffer.concat(chunks) };
}

describe('A multipart form', () => {
  it('gives the file byte for byte, however it is cut into pieces', async () => {
    const letters = fc.constantFrom('\r', '\n', '-', 'b', '0', 'x', `\r\n--${BOUNDARY.slice(0, 5)}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(letters, { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
        async (text, sizes) => {
          const content = Buffer.from(text.join(''));
          const body = Buffer.concat([
            part('Content-Disposition: form-data; name="note"', 'hello'),
            filePart(content),
            END,
          ]);
          expect((await read(body, sizes)).content).toEqual(content);
        },
      ),
    );
  });

  it.each([
    ['form-data; name="file"; filename="a \\"b\\".log"', 'a "b".log'],
    ['form-data; name="file"; filename="a%22b.log"', 'a"b.log'],
    ['form-data; name="file"; filename="C:\\logs\\a.log"', 'C:\\logs\\a.log'],
    ['form-data; name="file"; filename="C:\\logs\\"', 'C:\\logs\\'],
    ['form-data; name="file"; filename="журнал.log"', 'журнал.log'],
    ["form-data; name=file; filename*=UTF-8''%D0%B6.log", 'ж.log'],
    ['form-data; name="file"; filename=""', ''],
  ])('reads the name of %s', async (disposition, name) => {
    expect((await read(Buffer.concat([filePart('x', disposition), END]))).fileName).toBe(name);
  });

  it('is done at once with a name that has no end, however many backslashes it has', async () => {
    const open = `"${'\\'.repeat(40)}`;
    const startedAt = performance.now();
    const { fileName } = await read(Buffer.concat([filePart('x', `form-data; name="file"; filename=${open}`), END]));
    expect(fileName).toBe(open);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('skips the preamble and the epilogue', async () => {
    const body = Buffer.concat([Buffer.from('hello\r\n'), filePart('x'), END, Buffer.from('bye')]);
    expect((await read(body)).content.toString()).toBe('x');
  });

  it.each<[string, string, Buffer]>([
    ['no file part', 'file_missing', Buffer.concat([part('Content-Disposition: form-data; name="note"', 'x'), END])],
    ['a field "file" that is no file', 'file_missing', Buffer.concat([filePart('x', 'form-data; name="file"'), END])],
    [
      'a second file under another part name',
      'several_files',
      Buffer.concat([filePart('x'), filePart('y', 'form-data; name="second"; filename="b.log"'), END]),
    ],
    ['two file parts', 'several_files', Buffer.concat([filePart('x'), filePart('y'), END])],
    ['no closing delimiter', 'multipart_broken', filePart('x')],
    ['a body cut in the middle of the file', 'multipart_broken', filePart('x'.repeat(100)).subarray(0, 150)],
    ['a header block without an end', 'multipart_broken', Buffer.from(`--${BOUNDARY}\r\nX: ${'y'.repeat(20_000)}`)],
    [
      'too many other parts',
      'multipart_broken',
      Buffer.concat([
        ...Array.from({ length: 17 }, () => part('Content-Disposition: form-data; name="n"', 'x')),
        filePart('x'),
        END,
      ]),
    ],
  ])('refuses %s with %s', async (_what, code, body) => {
    await expect(read(body)).rejects.toMatchObject({ kind: { code } });
  });

  it.each(['text/plain', 'multipart/form-data', 'multipart/mixed; boundary=x'])(
    'finds no file in %s',
    (contentType) => {
      expect(() => new MultipartForm(contentType, pieces(Buffer.alloc(0), [1]))).toThrow('form part "file"');
    },
  );
});
