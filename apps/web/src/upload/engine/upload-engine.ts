import { ApiProblem } from '../../lib/api-problem.js';
import { discardUpload, type Receipt, readUpload } from '../customer-api.js';
import { isReadable, type UploadSource } from '../sources/upload-source.js';
import { backOff, type Failure, failureOf, type Refusal } from './failure.js';
import { Transfer } from './transfer.js';
import { newSecret, type RememberedUpload, UploadMemory } from './upload-memory.js';
import { startable } from './upload-queue.js';
import { isUnderWay, newUpload, nextUpload, type Upload, type UploadEvent } from './upload-state.js';

/** A line on which nothing moves for so long is dead, whatever the browser thinks. */
const SILENCE_MS = 60_000;
const TICK_MS = 250;
const DISCARD_TRIES = 4;

interface Job {
  readonly source: UploadSource;
  record: RememberedUpload;
  transfer: Transfer | undefined;
  /** Bytes not yet shown: progress comes more often than anybody can read. */
  unshown: number | undefined;
  movedAt: number;
}

/** Moves the uploads of one page: does what the states say, and tells them what happened. */
export class UploadEngine {
  #uploads: readonly Upload[] = [];
  readonly #jobs = new Map<string, Job>();
  readonly #listeners = new Set<() => void>();
  readonly #token: string;
  readonly #ticket: string;
  readonly #memory: UploadMemory;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(token: string, ticket: string, memory: UploadMemory) {
    this.#token = token;
    this.#ticket = ticket;
    this.#memory = memory;
    window.addEventListener('online', this.#goOnline);
    window.addEventListener('offline', this.#goOffline);
  }

  get uploads(): readonly Upload[] {
    return this.#uploads;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends a source, from where `remembered` stopped if it is given. */
  add(source: UploadSource, remembered?: RememberedUpload): void {
    const record = remembered ?? this.#newRecord(source);
    const { id, kind, name, size, safeBytes } = record;
    this.#jobs.set(id, { source, record, transfer: undefined, unshown: undefined, movedAt: 0 });
    const fields = { id, kind, name, size, fingerprint: source.fingerprint, fileCount: source.files.length };
    this.#uploads = [...this.#uploads, newUpload(fields, safeBytes, Date.now())];
    this.#fill();
  }

  pause(id: string): void {
    this.#stop(id);
    this.#tell(id, { type: 'paused' });
  }

  /** Also for one that waits: now instead of later. */
  continue(id: string): void {
    this.#tell(id, { type: 'continued' });
  }

  /** Gives an upload up; what the server has of it is thrown away. */
  async cancel(id: string): Promise<void> {
    this.#stop(id);
    this.#tell(id, { type: 'cancelled' });
    const receipt = await this.#discard(this.#jobs.get(id)?.record.remoteId);
    if (receipt) this.#stored(id, receipt);
    else this.#remove(id);
  }

  dispose(): void {
    window.removeEventListener('online', this.#goOnline);
    window.removeEventListener('offline', this.#goOffline);
    clearInterval(this.#ticker);
    for (const id of this.#jobs.keys()) this.#stop(id);
    this.#listeners.clear();
  }

  #newRecord(source: UploadSource): RememberedUpload {
    return {
      id: newSecret(),
      ticket: this.#ticket,
      kind: source.kind,
      name: source.name,
      size: source.blob.size,
      fingerprint: source.fingerprint,
      key: newSecret(),
      remoteId: undefined,
      safeBytes: 0,
      savedAt: Date.now(),
    };
  }

  #tell(id: string, event: UploadEvent): void {
    const before = this.#uploads;
    this.#uploads = before.map((upload) => (upload.id === id ? nextUpload(upload, event) : upload));
    this.#fill();
  }

  /** Gives free places to those who wait for one, then lets everybody know. */
  #fill(): void {
    for (const { id } of startable(this.#uploads)) this.#start(id);
    const isMoving = this.#uploads.some(isUnderWay);
    if (isMoving && this.#ticker === undefined) this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    if (!isMoving) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
    for (const listener of this.#listeners) listener();
  }

  #start(id: string): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    const now = Date.now();
    this.#uploads = this.#uploads.map((upload) =>
      upload.id === id ? nextUpload(upload, { type: 'started', now }) : upload,
    );
    // Remembered before it begins: should the answer get lost, its key finds the upload again.
    this.#remember(job, {});
    job.movedAt = now;
    job.unshown = undefined;
    job.transfer = new Transfer(
      { source: job.source, token: this.#token, key: job.record.key, remoteId: job.record.remoteId },
      {
        located: (remoteId) => this.#remember(job, { remoteId }),
        moved: (bytes) => {
          job.unshown = bytes;
          job.movedAt = Date.now();
        },
        secured: (safeBytes) => {
          this.#remember(job, { safeBytes });
          this.#tell(id, { type: 'secured', bytes: safeBytes });
        },
        ended: () => void this.#finish(id),
        failed: (refusal, hasReason) => void this.#fail(id, refusal, hasReason),
      },
    );
  }

  #tick(): void {
    const now = Date.now();
    for (const { id, phase } of this.#uploads) {
      const job = this.#jobs.get(id);
      if (!job) continue;
      if (job.unshown !== undefined && phase.name === 'sending') {
        const bytes = job.unshown;
        job.unshown = undefined;
        this.#tell(id, { type: 'moved', bytes, now });
      }
      if (phase.name === 'waiting' && phase.retryAt <= now) this.#tell(id, { type: 'continued' });
      if (phase.name === 'finishing' && phase.askAt <= now && !job.transfer) this.#start(id);
      if (job.transfer && now - job.movedAt > SILENCE_MS) void this.#fail(id, undefined, true);
    }
  }

  /** Every byte is there: asks for the receipt. */
  async #finish(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    const remoteId = job?.record.remoteId;
    if (remoteId === undefined) return;
    try {
      const answer = await readUpload(this.#token, remoteId);
      if ('receipt' in answer) this.#stored(id, answer);
      else this.#drop(id, { kind: 'finishing', afterMs: undefined });
    } catch (error) {
      this.#drop(id, failureOf(error instanceof ApiProblem ? error : undefined));
    }
  }

  async #fail(id: string, refusal: Refusal | undefined, hasReason: boolean): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job?.transfer) return;
    this.#stop(id);
    if (refusal && !hasReason && job.record.remoteId !== undefined) {
      this.#drop(id, await this.#askWhy(job.record.remoteId, refusal));
    } else if (!refusal && !(await isReadable(job.source))) {
      this.#drop(id, { kind: 'refused', code: 'file_changed', detail: '', requestId: undefined });
    } else {
      this.#drop(id, failureOf(refusal));
    }
  }

  /** HEAD has no body to say why; GET has. */
  async #askWhy(remoteId: string, refusal: Refusal): Promise<Failure> {
    try {
      const answer = await readUpload(this.#token, remoteId);
      if ('receipt' in answer || answer.offset === answer.size || answer.state === 'finishing') {
        return { kind: 'finishing', afterMs: undefined };
      }
      return failureOf(refusal);
    } catch (error) {
      return failureOf(error instanceof ApiProblem ? error : undefined);
    }
  }

  #drop(id: string, failure: Failure): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    this.#stop(id);
    if (failure.kind === 'anew') this.#remember(job, { remoteId: undefined, key: newSecret(), safeBytes: 0 });
    this.#tell(id, { type: 'failed', failure, now: Date.now() });
  }

  #stored(id: string, receipt: Receipt): void {
    this.#stop(id);
    this.#memory.remove(id);
    this.#tell(id, { type: 'stored', receipt });
  }

  /** Answers the receipt where the upload had become an archive already. */
  async #discard(remoteId: string | undefined): Promise<Receipt | undefined> {
    for (let tries = 1; remoteId !== undefined && tries <= DISCARD_TRIES; tries += 1) {
      try {
        await discardUpload(this.#token, remoteId);
        return undefined;
      } catch (error) {
        if (error instanceof ApiProblem && error.code === 'upload_finished') {
          const answer = await readUpload(this.#token, remoteId).catch(() => undefined);
          return answer && 'receipt' in answer ? answer : undefined;
        }
        if (error instanceof ApiProblem && error.status < 500) return undefined;
        await new Promise((resolve) => setTimeout(resolve, backOff(tries)));
      }
    }
    // Out of reach: the server gives the attempt back by itself after a quarter of an hour.
    return undefined;
  }

  #remove(id: string): void {
    this.#memory.remove(id);
    this.#jobs.delete(id);
    this.#uploads = this.#uploads.filter((upload) => upload.id !== id);
    this.#fill();
  }

  #stop(id: string): void {
    const job = this.#jobs.get(id);
    job?.transfer?.stop();
    if (job) job.transfer = undefined;
  }

  #remember(job: Job, change: Partial<RememberedUpload>): void {
    job.record = { ...job.record, ...change, savedAt: Date.now() };
    this.#memory.save(job.record);
  }

  readonly #goOnline = (): void => {
    for (const { id, phase } of this.#uploads) {
      if (phase.name === 'waiting' && phase.reason === 'line') this.continue(id);
    }
  };

  readonly #goOffline = (): void => {
    for (const { id, phase } of this.#uploads) {
      if (phase.name === 'sending') this.#drop(id, failureOf(undefined));
    }
  };
}
