import { paddingOf, TAR_END_BYTES, tarHeader } from './tar-header.js';

/** A file on its way into an archive. */
export interface ArchivedFile {
  readonly path: string;
  readonly file: Blob & { readonly lastModified: number };
}

/**
 * The files as one tar archive. Nothing is read yet: the archive refers to the files, knows its size, and any part of
 * it can be taken at any time. The same files make the same bytes, in whatever order they come.
 */
export function tarArchive(files: readonly ArchivedFile[]): Blob {
  const parts: BlobPart[] = [];
  for (const { path, file } of inOrder(files)) {
    parts.push(tarHeader({ path, size: file.size, modifiedAt: file.lastModified / 1_000 }), file);
    const padding = paddingOf(file.size);
    if (padding > 0) parts.push(new Uint8Array(padding));
  }
  parts.push(new Uint8Array(TAR_END_BYTES));
  return new Blob(parts, { type: 'application/x-tar' });
}

/** What tells one state of the files from another: names, sizes and times of modification. */
export function listingFingerprint(files: readonly ArchivedFile[]): string {
  const listing = inOrder(files).map(({ path, file }) => `${path}\0${file.size}\0${file.lastModified}\n`);
  return `${files.length}-${fnv1a(listing.join(''), 0x811c9dc5)}${fnv1a(listing.join(''), 0x1b873593)}`;
}

function inOrder(files: readonly ArchivedFile[]): readonly ArchivedFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

/** FNV-1a: enough to notice a change, and there is no Web Crypto on plain http. */
function fnv1a(text: string, seed: number): string {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
