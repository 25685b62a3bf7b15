import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { errorCode } from '@logs-collector/runtime/error-code';

export type LogoMediaType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/svg+xml';

/** The image of LOGO_FILE, read once at the start. */
export interface Logo {
  readonly mediaType: LogoMediaType;
  readonly bytes: Buffer;
  /** Lower-case hex. */
  readonly sha256: string;
}

const MAX_BYTES = 512 * 1024;

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const JPEG = Buffer.from('ffd8ff', 'hex');
/** The root element, after what XML allows before it: a declaration, comments, a document type. */
const SVG = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(?:\[[^\]]*\]\s*)?>\s*)*<svg[\s>]/i;

/** Throws RangeError, as settings do, with what is wrong with the file. */
export function readLogo(path: string): Logo {
  const bytes = readImage(path.trim());
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === undefined) throw new RangeError('must name a PNG, JPEG, WebP or SVG image');
  return { mediaType, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function readImage(path: string): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size > MAX_BYTES) throw new RangeError('names a file of more than 512 KiB');
    return readFileSync(file);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError(`names a file that cannot be read (${errorCode(error) ?? 'unknown'})`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** By what is in it: a name can say anything. */
function mediaTypeOf(bytes: Buffer): LogoMediaType | undefined {
  if (bytes.subarray(0, PNG.length).equals(PNG)) return 'image/png';
  if (bytes.subarray(0, JPEG.length).equals(JPEG)) return 'image/jpeg';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
  return SVG.test(bytes.toString('utf8')) ? 'image/svg+xml' : undefined;
}
