import type { S3Bucket } from './s3-bucket.js';
import {
  BLOBS,
  BYTES,
  homePrefix,
  type Pointer,
  parsePointer,
  parseQuarantined,
  pointerName,
  pointerPrefix,
  QUARANTINE,
  quarantinedName,
} from './s3-layout.js';

export interface ListedBlob {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

/** The small objects that make blobs of bytes: each is a sidecar whose name says where the bytes are. */
export class Pointers {
  constructor(
    private readonly bucket: S3Bucket,
    private readonly now: () => number,
  ) {}

  /** Two that commit the same partial at once leave two, which lead to the same bytes. */
  async find(key: string): Promise<Pointer | undefined> {
    return (await this.all(key))[0];
  }

  async write(pointer: Pointer, sidecar: string): Promise<void> {
    await this.bucket.put(pointerName(pointer), sidecar);
  }

  async readSidecar(key: string): Promise<string | undefined> {
    const pointer = await this.find(key);
    return pointer && (await this.bucket.text(pointerName(pointer)))?.text;
  }

  /** The bytes first: what a crash leaves behind is then a document about bytes that are gone, and never the bytes. */
  async deleteBlob(key: string): Promise<void> {
    const pointers = await this.all(key);
    for (const { home } of pointers) await this.emptyHome(home);
    await this.bucket.delete(pointers.map(pointerName));
  }

  async quarantine(key: string): Promise<void> {
    const at = this.now();
    const pointers = await this.all(key);
    for (const pointer of pointers) {
      const sidecar = await this.bucket.text(pointerName(pointer));
      await this.bucket.put(quarantinedName(pointer, at), sidecar?.text ?? '');
    }
    await this.bucket.delete(pointers.map(pointerName));
  }

  async purgeQuarantine(olderThan: number): Promise<number> {
    const purged = new Set<string>();
    for (const { name } of await this.bucket.listAll(QUARANTINE)) {
      const entry = parseQuarantined(name);
      if (entry === undefined || entry.at >= olderThan) continue;
      const { home, key } = entry.pointer;
      // A quarantine that was interrupted leaves both; then the blob is not out of sight, and its bytes are in use.
      if (!(await this.all(key)).some((pointer) => pointer.home === home)) await this.emptyHome(home);
      await this.bucket.delete([name]);
      purged.add(home);
    }
    return purged.size;
  }

  /** Those whose bytes are there. The pointers first: one that comes or goes meanwhile is then in one list only. */
  async listBlobs(): Promise<ListedBlob[]> {
    const blobs: ListedBlob[] = [];
    const byObject = new Map<string, Pointer>();
    for await (const { name } of this.bucket.list(BLOBS)) {
      const pointer = parsePointer(name);
      if (pointer !== undefined) byObject.set(homePrefix(pointer.home) + pointer.object, pointer);
    }
    for await (const { name, sizeBytes } of this.bucket.list(BYTES)) {
      const pointer = byObject.get(name);
      if (pointer !== undefined) blobs.push({ key: pointer.key, sizeBytes, modifiedAt: pointer.committedAt });
    }
    return blobs;
  }

  /** Removes all objects of a partial but `kept`. */
  async emptyHome(home: string, kept?: string): Promise<void> {
    const objects = await this.bucket.listAll(homePrefix(home));
    await this.bucket.delete(objects.map(({ name }) => name).filter((name) => name !== kept));
  }

  private async all(key: string): Promise<Pointer[]> {
    return (await this.bucket.listAll(pointerPrefix(key))).flatMap(({ name }) => parsePointer(name) ?? []);
  }
}
