import type { Chosen } from './chosen.js';
import type { ArchivedFile } from './tar-archive.js';
import { fileSource, folderSource, type UploadSource } from './upload-source.js';

/** Files as they are, each folder as one archive. */
export async function readChosen(chosen: Chosen): Promise<readonly UploadSource[]> {
  return 'files' in chosen ? sourcesOfFiles(chosen.files) : sourcesOfEntries(chosen.entries);
}

/** Files chosen in a dialog; those of a folder say their path in it. */
function sourcesOfFiles(files: readonly File[]): UploadSource[] {
  const sources: UploadSource[] = [];
  const folders = new Map<string, ArchivedFile[]>();
  for (const file of files) {
    const path = file.webkitRelativePath;
    const folder = path.slice(0, path.indexOf('/'));
    const inside = folders.get(folder);
    if (path === '') sources.push(fileSource(file));
    else if (inside) inside.push({ path, file });
    else folders.set(folder, [{ path, file }]);
  }
  for (const [name, inside] of folders) sources.push(folderSource(name, inside));
  return sources;
}

async function sourcesOfEntries(entries: readonly FileSystemEntry[]): Promise<UploadSource[]> {
  const sources: UploadSource[] = [];
  for (const entry of entries) {
    if (isFile(entry)) {
      sources.push(fileSource(await fileOf(entry)));
    } else if (isDirectory(entry)) {
      const files: ArchivedFile[] = [];
      for await (const file of filesBelow(entry)) files.push(file);
      sources.push(folderSource(entry.name, files));
    }
  }
  return sources;
}

async function* filesBelow(directory: FileSystemDirectoryEntry): AsyncGenerator<ArchivedFile> {
  const reader = directory.createReader();
  // A reader gives some at a time, and none at its end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (isFile(entry)) yield { path: entry.fullPath.slice(1), file: await fileOf(entry) };
      else if (isDirectory(entry)) yield* filesBelow(entry);
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
