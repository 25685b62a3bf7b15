import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { types } from 'node:util';
import type { DigestAlgorithm, RunningDigest } from './digest.js';
import { DigestLane, type WithoutTicket } from './digest-lane.js';
import type { DigestRequest } from './digest-protocol.js';

export interface DigestPoolOptions {
  /** Threads at most; each is started when the ones before it are in use. Default 1: one hashes over 1 GB/s. */
  workers?: number;
  /**
   * Where `digest-worker` lies. By default beside this module, with this module's own ending (`.ts` where tests run the
   * sources, `.js` otherwise): a bundle has to carry it as a second entry beside its main file, or name it here.
   */
  workerUrl?: URL;
}

/**
 * Digests computed off the event loop. When a worker dies, the digests it held fail (at `fork` and `finish`), and the
 * next one created starts another worker.
 */
export class DigestPool {
  readonly #workers: number;
  readonly #workerUrl: URL;
  #lanes: DigestLane[] = [];
  #lastId = 0;

  constructor(options: DigestPoolOptions = {}) {
    this.#workers = options.workers ?? 1;
    this.#workerUrl =
      options.workerUrl ?? new URL(`./digest-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
  }

  create(algorithm: DigestAlgorithm): RunningDigest {
    const lane = this.#lane();
    const digest = new PooledDigest(lane, this.#newId(), algorithm, 0, () => this.#newId());
    digest.begin();
    return digest;
  }

  /**
   * Proves that a worker starts and hashes. For start-up: a worker whose file is missing would otherwise show only as
   * digests that fail, one upload after another.
   */
  async probe(): Promise<void> {
    const text = new TextEncoder().encode('probe');
    const digest = this.create('sha256');
    void digest.update(text);
    const hex = await digest.finish();
    if (hex !== createHash('sha256').update(text).digest('hex')) {
      throw new Error('the digest worker computes wrong digests');
    }
  }

  /** Ends the workers; digests that still run fail. */
  async close(): Promise<void> {
    const lanes = this.#lanes;
    this.#lanes = [];
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  #lane(): DigestLane {
    this.#lanes = this.#lanes.filter((lane) => lane.failure === undefined);
    const idlest = this.#lanes.reduce<DigestLane | undefined>(
      (best, lane) => (best === undefined || lane.digests < best.digests ? lane : best),
      undefined,
    );
    if (idlest !== undefined && (idlest.digests === 0 || this.#lanes.length >= this.#workers)) {
      return idlest;
    }
    const lane = new DigestLane(this.#workerUrl);
    this.#lanes.push(lane);
    return lane;
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

class PooledDigest implements RunningDigest {
  #bytes: number;
  #closed = false;
  #failure: unknown;

  constructor(
    private readonly lane: DigestLane,
    private readonly id: number,
    readonly algorithm: DigestAlgorithm,
    bytes: number,
    private readonly newId: () => number,
  ) {
    this.#bytes = bytes;
    lane.digests += 1;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async update(bytes: Uint8Array): Promise<void> {
    if (this.#closed || this.#failure !== undefined) {
      return;
    }
    this.#bytes += bytes.byteLength;
    await this.#attempt(() => this.#send(bytes));
  }

  /** Makes the state in the worker. */
  begin(): void {
    void this.#attempt(() => this.lane.request({ kind: 'create', id: this.id, algorithm: this.algorithm }));
  }

  #send(bytes: Uint8Array): Promise<unknown> {
    if (types.isSharedArrayBuffer(bytes.buffer)) {
      return this.lane.request({ kind: 'update', id: this.id, bytes });
    }
    // Posting a view clones the whole buffer under it, and small Buffers are views into an 8 KiB pool that other
    // data shares: copy exactly these bytes and give the copy away.
    const copy = new Uint8Array(bytes);
    return this.lane.request({ kind: 'update', id: this.id, bytes: copy }, [copy.buffer]);
  }

  async #ask(request: WithoutTicket<DigestRequest>): Promise<string | undefined> {
    try {
      return await this.lane.request(request);
    } catch (cause) {
      throw new Error('the digest failed', { cause });
    }
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure ??= error;
    }
  }

  async fork(): Promise<RunningDigest> {
    this.#assertUsable();
    const forkId = this.newId();
    const bytes = this.#bytes;
    await this.#ask({ kind: 'fork', id: this.id, forkId });
    return new PooledDigest(this.lane, forkId, this.algorithm, bytes, this.newId);
  }

  async finish(): Promise<string> {
    this.#assertUsable();
    this.#close();
    const hex = await this.#ask({ kind: 'finish', id: this.id });
    // An update sent before this request may have failed since: its bytes are then missing from the digest.
    this.#assertSound();
    if (hex === undefined) {
      throw new Error('the digest worker gave no digest');
    }
    return hex;
  }

  dispose(): void {
    if (!this.#closed) {
      this.#close();
      this.lane.post({ kind: 'dispose', id: this.id });
    }
  }

  #close(): void {
    this.#closed = true;
    this.lane.digests -= 1;
  }

  #assertUsable(): void {
    if (this.#closed) {
      throw new Error('the digest is finished or disposed');
    }
    this.#assertSound();
  }

  #assertSound(): void {
    if (this.#failure !== undefined) {
      throw new Error('the digest failed', { cause: this.#failure });
    }
  }
}
