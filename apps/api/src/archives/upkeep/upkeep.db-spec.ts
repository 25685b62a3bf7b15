import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BlobStoreError } from '@logs-collector/blob-store/blob-store-error';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { type AuthApp, type Person, startAuthApp } from '../../../test-support/auth-app.js';
import { databaseKinds } from '../../../test-support/test-databases.js';
import { AuditService } from '../../audit/audit.service.js';
import { Ids } from '../../common/ids.js';
import { Database } from '../../database/database.js';
import { Leases } from '../../database/leases.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import { Archive } from '../archive.entity.js';
import { ArchiveRemover } from '../archive-remover.js';
import type { ArchiveView } from '../archives.dto.js';
import { ArchivesRepository } from '../archives.repository.js';
import { Upload } from '../intake/upload.entity.js';
import { UploadDiscarder } from '../intake/upload-discarder.js';
import { Reconciler } from './reconciler.js';
import { Verifier } from './verifier.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe.each(databaseKinds)('Upkeep of uploads and archives on %s', (kind) => {
  let test: AuthApp;
  let admin: Person;
  let url: string;

  beforeEach(async () => {
    test = await startAuthApp(kind, { MIN_FREE_BYTES: '64MiB', UPLOAD_TTL: '2d', LOG_LEVEL: 'silent' });
    admin = await test.administrator();
    await test.request('POST', '/api/v1/platforms', { token: admin.token, body: { name: 'vm', pretty_name: 'VM' } });
    await test.app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(test.app.getHttpServer().address() as AddressInfo).port}`;
  });

  afterEach(() => test.close());

  it('a lapsed lease returns the attempt, the bytes stay, and continuing takes a lease again', async () => {
    const token = await ticket('LEASE', 1);
    const path = await begin(token, 10);
    expect(await patch(token, path, 0, 'hello')).toBe(204);
    expect((await create(token, 10)).status).toBe(423);
    test.advance(16 * MINUTE_MS);
    const second = await begin(token, 10);
    expect((await tus('HEAD', path, token)).headers.get('upload-offset')).toBe('5');
    expect(await patch(token, path, 5, 'world')).toBe(423);
    expect((await tus('DELETE', second, token)).status).toBe(204);
    expect(await patch(token, path, 5, 'world')).toBe(204);
  });

  it('a lapsed lease returns the space that was declared and not yet written', async () => {
    const [one, two] = [await ticket('SPACE-1', 1), await ticket('SPACE-2', 1)];
    const storage = await test.get<{ free: number }>('/api/v1/storage', admin.token);
    const most = Math.min(Math.floor(storage.body.free * 0.6), 100 * 1024 ** 3);
    // Where there is more room than two uploads may take, nothing can be refused for lack of it.
    const isRefusable = most * 2 > storage.body.free;
    expect((await create(one, most)).status).toBe(201);
    expect((await create(two, most)).status).toBe(isRefusable ? 507 : 201);
    test.advance(16 * MINUTE_MS);
    if (isRefusable) expect((await create(two, most)).status).toBe(201);
  });

  it('an unfinished upload is thrown away with its bytes when its time is over', async () => {
    const token = await ticket('OLD', 1);
    const path = await begin(token, 10);
    expect(await patch(token, path, 0, 'hello')).toBe(204);
    test.advance(2 * DAY_MS - MINUTE_MS);
    await test.app.get(UploadDiscarder).removeExpired(test.now());
    expect(files('uploads')).toHaveLength(1);
    test.advance(2 * MINUTE_MS);
    await test.app.get(UploadDiscarder).removeExpired(test.now());
    expect(files('uploads')).toEqual([]);
    expect((await tus('HEAD', path, token)).status).toBe(404);
  });

  it('what cannot be removed does not keep the others from being removed', async () => {
    const token = await ticket('STUCK', 6);
    const stored = [await store(token, 'one.bin'), await store(token, 'two.bin'), await store(token, 'three.bin')];
    for (let n = 0; n < 3; n += 1) expect(await patch(token, await begin(token, 10), 0, 'hello')).toBe(204);
    const database = test.app.get(Database);
    await database.transaction(async () => {
      await database.repository(Archive).update({ state: 'stored' }, { state: 'deleting' });
      await database.repository(Upload).update({ state: 'receiving' }, { state: 'deleting' });
    });
    // In the place of a file that the disk does not give up: a directory.
    const partials = readdirSync(join(test.directory, 'uploads'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const stuck = { blob: blob(stored[0] ?? ''), partial: partials[0] ?? '' };
    for (const path of Object.values(stuck)) {
      rmSync(path);
      mkdirSync(path);
    }
    await expect(test.app.get(ArchiveRemover).removeAllMarked()).rejects.toThrow(BlobStoreError);
    expect(stored.map(blob).filter((path) => existsSync(path))).toEqual([stuck.blob]);
    await expect(test.app.get(UploadDiscarder).removeAllMarked()).rejects.toThrow(BlobStoreError);
    expect(partials.filter((path) => existsSync(path))).toEqual([stuck.partial]);
  });

  it('a blob without a row goes to the quarantine after a day, not before, and is never deleted', async () => {
    await store(await ticket('ONE', 1), 'one.bin');
    const young = orphan(DAY_MS - MINUTE_MS);
    const old = orphan(DAY_MS + MINUTE_MS);
    expect(await test.app.get(Reconciler).reconcile()).toEqual({ quarantined: 1, isRefused: false, missing: 0 });
    expect(existsSync(young)).toBe(true);
    expect(existsSync(old)).toBe(false);
    expect(files('quarantine')).toHaveLength(1);
  });

  it('a blob whose upload is being finished at this moment is left where it is', async () => {
    const id = await store(await ticket('LATE', 1), 'late.bin');
    utimesSync(blob(id), new Date(test.now() - 2 * DAY_MS), new Date(test.now() - 2 * DAY_MS));
    const database = test.app.get(Database);
    const [archive] = await database.repository(Archive).findBy({ id });
    // As a kill or a failing store left it two days ago: the blob was made, and its row not yet.
    await database.transaction(async () => {
      await database.repository(Archive).delete({ id });
      await database.repository(Upload).update({ archiveId: id }, { state: 'finishing', archiveId: null });
    });
    const archives = test.app.get(ArchivesRepository);
    const existingBlobKeys = archives.existingBlobKeys.bind(archives);
    archives.existingBlobKeys = async (keys) => {
      const known = await existingBlobKeys(keys);
      await database.transaction(async () => {
        await database.repository(Archive).insert(archive ?? {});
        await database.repository(Upload).update({ blobKey: id }, { state: 'done', archiveId: id });
      });
      return known;
    };
    expect(await test.app.get(Reconciler).reconcile()).toMatchObject({ quarantined: 0 });
    expect(existsSync(blob(id))).toBe(true);
  });

  it('an archive that is deleted while all are verified is not reported as lost', async () => {
    const token = await ticket('VERIFY', 2);
    const [kept, deleted] = [await store(token, 'kept.bin'), await store(token, 'deleted.bin')];
    const { app } = test;
    const [archives, digests, audit] = [app.get(ArchivesRepository), app.get(DigestPool), app.get(AuditService)];
    const verifier = new Verifier(archives, app.get(BLOB_STORE), digests, audit, app.get(Database));
    const found: string[] = [];
    for await (const { archive, found: state } of verifier.verifyAll()) {
      found.push(`${archive.id} ${state}`);
      if (archive.id === kept) await test.request('DELETE', `/api/v1/archives/${deleted}`, { token: admin.token });
    }
    expect(found).toEqual([`${kept} stored`]);
  });

  it('refuses to move anything where many blobs have no row, as after a restored or blank database', async () => {
    await store(await ticket('ONE', 1), 'one.bin');
    const orphans = Array.from({ length: 6 }, () => orphan(2 * DAY_MS));
    expect(await test.app.get(Reconciler).reconcile()).toEqual({ quarantined: 0, isRefused: true, missing: 0 });
    expect(orphans.filter((path) => existsSync(path))).toHaveLength(6);
  });

  it('an archive whose bytes are gone or cut is marked as missing, its row stays, and it is unmarked when they are back', async () => {
    const token = await ticket('LOST', 2);
    const lost = await store(token, 'lost.bin');
    const cut = await store(token, 'cut.bin');
    rmSync(blob(lost));
    truncateSync(blob(cut), 3);
    expect(await test.app.get(Reconciler).reconcile()).toMatchObject({ missing: 2 });
    const archives = await test.get<readonly ArchiveView[]>('/api/v1/archives', admin.token);
    expect(archives.body.map(({ state }) => state)).toEqual(['missing', 'missing']);
    writeFileSync(blob(lost), 'these are the bytes');
    expect(await test.app.get(Reconciler).reconcile()).toMatchObject({ missing: 1 });
  });

  it('a killed process holds up background work for half a minute at most, and not at all where none other can be', async () => {
    const own = test.app.get(Leases);
    const other = new Leases(Reflect.get(own, 'database'), Reflect.get(own, 'clock'));
    // Work that never ends, and that is over before its lease would be renewed, stands for a killed process.
    await new Promise<void>((resolve) => {
      void other.run('work', () => new Promise(() => resolve()));
    });
    expect(await own.run('work', async () => undefined)).toBe(kind === 'sqlite');
    test.advance(31_000);
    expect(await own.run('work', async () => undefined)).toBe(true);
  });

  it('a server whose clock is five minutes fast takes no work that another does', async () => {
    const own = test.app.get(Leases);
    const other = new Leases(Reflect.get(own, 'database'), Reflect.get(own, 'clock'));
    const begin = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const work = other.run('work', () => {
      begin.resolve();
      return end.promise;
    });
    await begin.promise;
    const now = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 5 * MINUTE_MS);
    try {
      // Where no other server can be, there is nobody to take it from.
      expect(await own.run('work', async () => undefined)).toBe(kind === 'sqlite');
    } finally {
      clock.mockRestore();
      end.resolve();
      await work;
    }
  });

  async function ticket(number: string, attempts: number): Promise<string> {
    const body = { number, platform: 'vm', attempts };
    return (await test.post<{ token: string }>('/api/v1/tickets', body, admin.token)).body.token;
  }

  function tus(method: string, path: string, token: string, headers: Record<string, string> = {}, body?: string) {
    return fetch(`${url}${path}`, {
      method,
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Token': token, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }

  function create(token: string, length: number): Promise<Response> {
    return tus('POST', '/api/v1/uploads', token, { 'Upload-Length': String(length) });
  }

  async function begin(token: string, length: number): Promise<string> {
    const created = await create(token, length);
    expect(created.status).toBe(201);
    return created.headers.get('location') ?? '';
  }

  async function patch(token: string, path: string, offset: number, bytes: string): Promise<number> {
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) };
    return (await tus('PATCH', path, token, headers, bytes)).status;
  }

  async function store(token: string, name: string): Promise<string> {
    const headers = { 'Upload-Token': token };
    const stored = await fetch(`${url}/api/v1/archives/${name}`, {
      method: 'PUT',
      headers,
      body: 'these are the bytes',
    });
    return ((await stored.json()) as { id: string }).id;
  }

  function blob(key: string): string {
    return join(test.directory, 'blobs', key.slice(-4, -2), key.slice(-2), key);
  }

  /** A blob that no row speaks of, of that age. */
  function orphan(ageMs: number): string {
    const path = blob(test.app.get(Ids).next());
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'nobody knows me');
    utimesSync(path, new Date(test.now() - ageMs), new Date(test.now() - ageMs));
    return path;
  }

  function files(name: string): string[] {
    return readdirSync(join(test.directory, name));
  }
});
