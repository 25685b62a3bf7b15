import { intakeErrors } from './intake.errors.js';
import { MultipartReader } from './multipart-reader.js';

/** The form part that carries the file, as the original's uploader names it. */
const FILE_PART = 'file';
const MAX_OTHER_PARTS = 16;
const MAX_OTHER_BYTES = 64 * 1024;
/** RFC 2046 §5.1.1: up to 70 characters. */
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;

/** No text can be read in it in two ways: else one without an end would be tried in every combination of them. */
const QUOTED_TEXT = String.raw`(?:\\["\\]|\\(?!["\\])|[^"\\])*\\?`;

export interface FilePart {
  readonly fileName: string | undefined;
  readonly mediaType: string | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Reads a `multipart/form-data` body (RFC 7578) with exactly one file, as a stream. */
export class MultipartForm {
  private readonly reader: MultipartReader;
  private otherParts = 0;
  private hasOtherFile = false;

  constructor(contentType: string | undefined, body: AsyncIterable<Uint8Array>) {
    const match = /^multipart\/form-data\s*;/i.test(contentType ?? '') ? BOUNDARY.exec(contentType ?? '') : null;
    const boundary = match?.[1] ?? match?.[2];
    if (boundary === undefined) throw intakeErrors.fileMissing();
    this.reader = new MultipartReader(body, boundary);
  }

  /** The first file; its content has to be read before `end`. */
  async file(): Promise<FilePart> {
    const headers = await this.skipToFile();
    if (headers === undefined) throw intakeErrors.fileMissing();
    return {
      fileName: fileNameOf(headerLine(headers, 'content-disposition')),
      mediaType: headerLine(headers, 'content-type'),
      content: this.reader.content(),
    };
  }

  /** Resolves when the form is complete and held no other file. */
  async end(): Promise<void> {
    if ((await this.skipToFile()) !== undefined || this.hasOtherFile) throw intakeErrors.severalFiles();
  }

  /** Other fields are read over, within bounds. */
  private async skipToFile(): Promise<string | undefined> {
    for (;;) {
      const headers = await this.reader.nextPart();
      if (headers === undefined) return undefined;
      const disposition = headerLine(headers, 'content-disposition');
      if (isFile(disposition)) return headers;
      this.otherParts += 1;
      // A field for files that was left empty has an empty name.
      if (fileNameOf(disposition)) this.hasOtherFile = true;
      if (this.otherParts > MAX_OTHER_PARTS) throw intakeErrors.multipartBroken();
      let bytes = 0;
      for await (const chunk of this.reader.content()) {
        bytes += chunk.length;
        if (bytes > MAX_OTHER_BYTES)
          throw this.hasOtherFile ? intakeErrors.severalFiles() : intakeErrors.multipartBroken();
      }
    }
  }
}

/** A field of that name without a file name is a text that somebody typed. */
function isFile(disposition: string | undefined): boolean {
  return parameter(disposition, 'name') === FILE_PART && fileNameOf(disposition) !== undefined;
}

function fileNameOf(disposition: string | undefined): string | undefined {
  return extendedParameter(disposition, 'filename') ?? parameter(disposition, 'filename');
}

function headerLine(block: string, name: string): string | undefined {
  const line = block.split('\r\n').find((text) => text.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

/**
 * A parameter as browsers and curl write it: in quotes, with `\"` (curl before 7.81) or `%22` (WHATWG) for a quote. Any
 * other backslash is one, because Internet Explorer sent whole paths.
 */
function parameter(header: string | undefined, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"(${QUOTED_TEXT})"|([^;\\s]+))`, 'i').exec(header ?? '');
  const quoted = match?.[1]
    ?.replace(/\\(["\\])/g, '$1')
    .replace(/%22/g, '"')
    .replace(/%0D/gi, '\r')
    .replace(/%0A/gi, '\n');
  return quoted ?? match?.[2];
}

/** `filename*=UTF-8''…` (RFC 8187), which some libraries send although RFC 7578 forbids it. */
function extendedParameter(header: string | undefined, name: string): string | undefined {
  const encoded = new RegExp(`;\\s*${name}\\*=UTF-8'[^']*'([^;\\s]+)`, 'i').exec(header ?? '')?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
