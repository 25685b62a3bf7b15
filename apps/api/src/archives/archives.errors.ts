import { CodedError, errorKind } from '../common/errors/coded-error.js';

const kinds = {
  notFound: errorKind('archive_not_found', 404, 'There is no such archive'),
  bytesMissing: errorKind('archive_bytes_missing', 410, 'The bytes of the archive are gone'),
  corrupt: errorKind('archive_corrupt', 409, 'The archive is damaged'),
  rangeNotSatisfiable: errorKind('range_not_satisfiable', 416, 'The range is outside the archive'),
};

export const archiveErrors = {
  notFound: () => new CodedError(kinds.notFound, 'There is no such archive.'),
  bytesMissing: () =>
    new CodedError(
      kinds.bytesMissing,
      'The storage has lost the bytes of this archive. An administrator has to look into it.',
    ),
  corrupt: () =>
    new CodedError(
      kinds.corrupt,
      'A check found other bytes than were received. To download them nevertheless, repeat with ?damaged=true.',
    ),
  rangeNotSatisfiable: (size: number) =>
    new CodedError(kinds.rangeNotSatisfiable, `The archive has ${size} bytes.`, {
      headers: { 'Content-Range': `bytes */${size}` },
    }),
};
