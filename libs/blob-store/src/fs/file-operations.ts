import {
  type BigIntStats,
  close,
  constants,
  copyFile,
  fdatasync,
  fstat,
  fsync,
  ftruncate,
  futimes,
  link,
  lstat,
  mkdir,
  open,
  read,
  readdir,
  realpath,
  rename,
  rmdir,
  type StatsFs,
  statfs,
  unlink,
  write,
} from 'node:fs';
import { promisify } from 'node:util';

/**
 * Every call the store makes to the file system, so that tests can make any one of them fail and see their order.
 *
 * Files are plain descriptors and not FileHandles: a descriptor that is forgotten stays open and shows, where a
 * FileHandle would be closed by the garbage collector at some time of its own.
 */
export interface FileOperations {
  open(path: string, flags: number, mode?: number): Promise<number>;
  close(fd: number): Promise<void>;
  /** Bytes read into `buffer` from its start; 0 at the end of the file. */
  read(fd: number, buffer: Uint8Array, position: number): Promise<number>;
  /** Bytes written, which may be fewer than given. */
  write(fd: number, bytes: Uint8Array, from: number, length: number, position: number): Promise<number>;
  ftruncate(fd: number, size: number): Promise<void>;
  fdatasync(fd: number): Promise<void>;
  fsync(fd: number): Promise<void>;
  futimes(fd: number, accessed: Date, modified: Date): Promise<void>;
  fstat(fd: number): Promise<BigIntStats>;
  lstat(path: string): Promise<BigIntStats>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string, mode: number): Promise<void>;
  rmdir(path: string): Promise<void>;
  /** To a name that must be free; shares the blocks where the file system can. */
  copyFile(from: string, to: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  realpath(path: string): Promise<string>;
  statfs(path: string): Promise<StatsFs>;
}

const promisedFstat = promisify(fstat);
const promisedReaddir = promisify(readdir);
const promisedLstat = promisify(lstat);

export const nodeFileOperations: FileOperations = {
  open: promisify(open),
  close: promisify(close),
  read: (fd, buffer, position) =>
    new Promise((resolve, reject) => {
      read(fd, buffer, 0, buffer.byteLength, position, (error, count) => (error ? reject(error) : resolve(count)));
    }),
  write: (fd, bytes, from, length, position) =>
    new Promise((resolve, reject) => {
      write(fd, bytes, from, length, position, (error, count) => (error ? reject(error) : resolve(count)));
    }),
  ftruncate: promisify(ftruncate),
  fdatasync: promisify(fdatasync),
  fsync: promisify(fsync),
  futimes: promisify(futimes),
  // Inode numbers of some file systems do not fit a double, and commit compares them.
  fstat: (fd) => promisedFstat(fd, { bigint: true }),
  lstat: (path) => promisedLstat(path, { bigint: true }),
  link: promisify(link),
  rename: promisify(rename),
  unlink: promisify(unlink),
  mkdir: (path, mode) =>
    new Promise((resolve, reject) => {
      mkdir(path, { mode }, (error) => (error ? reject(error) : resolve()));
    }),
  rmdir: promisify(rmdir),
  copyFile: (from, to) =>
    new Promise((resolve, reject) => {
      const mode = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;
      copyFile(from, to, mode, (error) => (error ? reject(error) : resolve()));
    }),
  readdir: (path) => promisedReaddir(path),
  realpath: promisify(realpath),
  statfs: promisify(statfs),
};

/** Flags for `open`. None of them ever follows a symbolic link that stands in a file's place. */
export const OPEN = {
  read: constants.O_RDONLY | constants.O_NOFOLLOW,
  readWrite: constants.O_RDWR | constants.O_NOFOLLOW,
  createNew: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
  directory: constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
};

export const FILE_MODE = 0o600;
export const DIRECTORY_MODE = 0o700;
