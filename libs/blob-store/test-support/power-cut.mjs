/**
 * Cuts the power under a store and compares what it had acknowledged with what is left. Linux, as root, after a build:
 *
 *     node libs/blob-store/test-support/power-cut.mjs [rounds] [none | fdatasync | fsync | directories]
 *
 * Each round makes an ext4 on a loop device, lets a second process upload, commit and delete there, and stops the file
 * system with the shutdown ioctl, which drops everything that has not been flushed to the device. The last argument
 * turns one kind of flush off. Without `fdatasync` and without `fsync` such runs lose something within a few rounds,
 * which shows that the comparison can see a loss; without `directories` they rarely do, because ext4 commits all names
 * along with the next flush of any file, which is a habit of ext4 and no promise.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { constants, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFileOperations } from '../dist/fs/file-operations.js';
import { FsBlobStore } from '../dist/fs/fs-blob-store.js';
import { SlabPool } from '../dist/slab-pool.js';

const KINDS = ['none', 'fdatasync', 'fsync', 'directories'];
const PARALLEL = 4;
const LARGEST_BYTES = 24 * 1024 * 1024;

/** The bytes of an upload can be made again from its name. */
function bytesOf(name, size) {
  const key = createHash('sha256').update(name).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

async function* chunks(bytes) {
  for (let from = 0; from < bytes.length; from += 64 * 1024) {
    yield bytes.subarray(from, from + 64 * 1024);
  }
}

function withoutFlush(kind) {
  const directories = new Set();
  return {
    ...nodeFileOperations,
    open: async (path, flags, mode) => {
      const fd = await nodeFileOperations.open(path, flags, mode);
      directories[flags & constants.O_DIRECTORY ? 'add' : 'delete'](fd);
      return fd;
    },
    fdatasync: async (fd) => (kind === 'fdatasync' ? undefined : nodeFileOperations.fdatasync(fd)),
    fsync: async (fd) => {
      const skipped = kind === (directories.has(fd) ? 'directories' : 'fsync');
      return skipped ? undefined : nodeFileOperations.fsync(fd);
    },
  };
}

/** Uploads until it is killed, and tells each acknowledgement only after the store has given it. */
async function upload(root, kind) {
  const store = await FsBlobStore.open({ root, slabs: new SlabPool(), operations: withoutFlush(kind) });
  const tell = (entry) => writeSync(1, `${JSON.stringify(entry)}\n`);
  const one = async (lane) => {
    for (let n = 0; ; n += 1) {
      const name = `upload-${lane}-${n}`;
      const size = 1 + Math.floor(Math.random() ** 4 * LARGEST_BYTES);
      const bytes = bytesOf(name, size);
      await store.begin(name);
      const middle = Math.floor(size / 2);
      for (const [epoch, from, to] of [
        [1, 0, middle],
        [2, middle, size],
      ]) {
        const result = await store.append(name, from, chunks(bytes.subarray(from, to)), {
          signal: new AbortController().signal,
          epoch,
          maxBytes: size,
          onDurable: (durable) => tell({ name, durable }),
        });
        if (result.interrupted !== undefined) {
          throw new Error(`the append was interrupted: ${result.interrupted.reason}`);
        }
      }
      tell({ name, committing: size });
      await store.commit(name, name, JSON.stringify({ name, size }), size);
      tell({ name, committed: size });
      if (n % 3 === 2) {
        tell({ name, deleting: true });
        await store.delete(name);
        tell({ name, deleted: true });
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, (_, lane) => one(lane)));
}

async function read(stream) {
  return Buffer.concat(await stream.toArray());
}

async function lossesOf(store, name, state) {
  const size = await store.size(name);
  if (state.deleted) {
    return size === undefined ? [] : [`${name}: deleted, and there again`];
  }
  if (state.deleting) {
    return [];
  }
  if (state.committed !== undefined || size !== undefined) {
    const expected = state.committed ?? state.committing;
    if (size === undefined) {
      return [`${name}: committed and gone`];
    }
    const sidecar = await store.readSidecar(name);
    return [
      ...((await read(store.read(name))).equals(bytesOf(name, expected)) ? [] : [`${name}: other bytes`]),
      ...(sidecar === JSON.stringify({ name, size: expected }) ? [] : [`${name}: sidecar lost`]),
    ];
  }
  const present = await store.partialSize(name);
  if (present === undefined || present < state.durable) {
    return [`${name}: ${state.durable} bytes durable, ${present ?? 'not even the name'} left`];
  }
  const bytes = await read(store.readPartial(name, { end: state.durable }));
  return bytes.equals(bytesOf(name, state.durable)) ? [] : [`${name}: other bytes in the partial`];
}

async function round(kind) {
  const place = mkdtempSync(join(tmpdir(), 'power-cut-'));
  const [image, mountPoint] = [join(place, 'image'), join(place, 'mnt')];
  const [imageAfter, mountPointAfter] = [join(place, 'image-after'), join(place, 'mnt-after')];
  const run = (command, ...args) => execFileSync(command, args, { stdio: 'pipe' });
  run('truncate', '-s', '4G', image);
  run('mkfs.ext4', '-q', image);
  run('mkdir', mountPoint, mountPointAfter);
  run('mount', '-o', 'loop', image, mountPoint);
  let isMountedAfter = false;
  try {
    const root = join(mountPoint, 'data');
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'upload', root, kind], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let ledger = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      ledger += text;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 2_500));
    child.kill('SIGSTOP');
    // FS_IOC_SHUTDOWN with the flag that does not even flush the journal.
    const shutdown = 'import fcntl,os,struct,sys; fcntl.ioctl(os.open(sys.argv[1],0),0x8004587d,struct.pack("I",2))';
    run('python3', '-c', shutdown, mountPoint);
    child.kill('SIGKILL');
    await ended;
    // What is on the device, as a device of its own: the file system that was stopped lives on as long as any process
    // on the machine has it in its view of the mounts, and would be found again.
    run('cp', '--sparse=always', image, imageAfter);
    run('mount', '-o', 'loop', imageAfter, mountPointAfter);
    isMountedAfter = true;

    const states = new Map();
    // A line cut off by the kill was not told.
    for (const line of ledger.split('\n').slice(0, -1)) {
      const { name, ...news } = JSON.parse(line);
      states.set(name, { ...states.get(name), ...news });
    }
    const store = await FsBlobStore.open({ root: join(mountPointAfter, 'data'), slabs: new SlabPool() });
    const losses = [];
    for (const [name, state] of states) {
      losses.push(...(await lossesOf(store, name, state)));
    }
    return { acknowledged: ledger.split('\n').length - 1, uploads: states.size, losses };
  } finally {
    if (isMountedAfter) run('umount', mountPointAfter);
    run('umount', mountPoint);
    rmSync(place, { recursive: true });
  }
}

const [first, second, third] = process.argv.slice(2);
if (first === 'upload') {
  await upload(second, third);
} else {
  const kind = second ?? 'none';
  if (!KINDS.includes(kind)) {
    throw new Error(`one of ${KINDS.join(', ')}`);
  }
  let lost = 0;
  for (let n = 1; n <= Number(first ?? 10); n += 1) {
    const { acknowledged, uploads, losses } = await round(kind);
    lost += losses.length;
    process.stdout.write(`round ${n}: ${uploads} uploads, ${acknowledged} acknowledgements, ${losses.length} lost\n`);
    process.stdout.write(
      losses
        .slice(0, 3)
        .map((loss) => `  ${loss}\n`)
        .join(''),
    );
  }
  process.exitCode = lost === 0 ? 0 : 1;
}
