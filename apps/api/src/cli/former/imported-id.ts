import { createHash } from 'node:crypto';

/**
 * The id of what was imported: always the same for the same row of the former application, so that a second run finds
 * what the first has made, even where it was renamed meanwhile. A UUID version 8 (RFC 9562 §5.8): 48 bits of milliseconds as
 * in our others (so that ids sort by time), then a hash.
 */
export function importedId(kind: string, timeCreate: number, facts: readonly (string | number)[]): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify(['logs-collector 0.1', kind, ...facts]))
    .digest()
    .subarray(0, 16);
  bytes.writeUIntBE(timeCreate, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
