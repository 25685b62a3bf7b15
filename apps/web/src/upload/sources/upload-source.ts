import { type ArchivedFile, listingFingerprint, tarArchive } from './tar-archive.js';

/** Something that becomes one archive over there. */
export interface UploadSource {
  readonly kind: 'file' | 'folder';
  readonly name: string;
  readonly mediaType: string;
  readonly blob: Blob;
  /** What it is made of. */
  readonly files: readonly ArchivedFile[];
  /** Changes whenever the bytes may have changed. */
  readonly fingerprint: string;
}

export function fileSource(file: File): UploadSource {
  return {
    kind: 'file',
    name: file.name,
    mediaType: file.type || 'application/octet-stream',
    blob: file,
    files: [{ path: file.name, file }],
    fingerprint: String(file.lastModified),
  };
}

/** Files as one archive of that name. */
export function folderSource(name: string, files: readonly ArchivedFile[]): UploadSource {
  return {
    kind: 'folder',
    name: `${name}.tar`,
    mediaType: 'application/x-tar',
    blob: tarArchive(files),
    files,
    fingerprint: listingFingerprint(files),
  };
}

/** Several things as one archive, named by the day. */
export function packedSource(sources: readonly UploadSource[], now: Date): UploadSource {
  const folder = `logs-${now.toISOString().slice(0, 10)}`;
  const used = new Set<string>();
  const files = sources.flatMap((source) =>
    source.files.map(({ path, file }) => ({ path: `${folder}/${freePath(path, used)}`, file })),
  );
  return folderSource(folder, files);
}

/** False once a file was changed or removed since it was chosen: browsers then refuse to read it. */
export async function isReadable({ files }: UploadSource): Promise<boolean> {
  try {
    for (const { file } of files) await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function freePath(path: string, used: Set<string>): string {
  let free = path;
  for (let count = 2; used.has(free); count += 1) free = `${count}-${path}`;
  used.add(free);
  return free;
}
