import { ApiProblem } from '../../lib/api-problem.js';
import { discardUpload, finishUpload, type Receipt, readUpload } from '../customer-api.js';
import { UploadEngine } from '../engine/upload-engine.js';
import { findRemembered, type RememberedUpload, UploadMemory } from '../engine/upload-memory.js';
import { type Allowance, admit, type Unsent } from '../engine/upload-queue.js';
import type { Upload } from '../engine/upload-state.js';
import type { Chosen } from '../sources/chosen.js';
import { readChosen } from '../sources/read-chosen.js';
import { packedSource, type UploadSource } from '../sources/upload-source.js';
import { storedReceipts, storeReceipt } from './receipt-store.js';

const FINISHING_MS = 1_000;

/** Everything that lies on the desk; a new object after every change. */
export interface DeskState {
  readonly uploads: readonly Upload[];
  /** What was chosen last and is not sent. */
  readonly unsent: readonly Unsent[];
  /** Begun on an earlier visit; goes on when the same file is chosen again. */
  readonly remembered: readonly RememberedUpload[];
  /** Of this visit and of earlier ones in this tab. */
  readonly receipts: readonly Receipt[];
}

/** Where a customer's files are taken in: decides what may be sent, and keeps what came of it. */
export class UploadDesk {
  readonly #engine: UploadEngine;
  readonly #memory = new UploadMemory();
  readonly #token: string;
  readonly #onStored: () => void;
  readonly #listeners = new Set<() => void>();
  #state: DeskState;

  constructor(token: string, ticket: string, onStored: () => void) {
    this.#token = token;
    this.#onStored = onStored;
    this.#engine = new UploadEngine(token, ticket, this.#memory);
    this.#engine.subscribe(() => this.#follow());
    this.#state = {
      uploads: [],
      unsent: [],
      remembered: this.#memory.list(ticket),
      receipts: storedReceipts(ticket),
    };
    for (const upload of this.#state.remembered) void this.#review(upload);
  }

  readonly state = (): DeskState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async choose(chosen: Chosen, allowance: Allowance): Promise<void> {
    const sources = await readChosen(chosen).catch(() => undefined);
    if (sources) this.#take(sources, allowance);
    else this.#change({ unsent: [{ reason: 'unreadable' }] });
  }

  #take(sources: readonly UploadSource[], allowance: Allowance): void {
    const { accepted, unsent } = admit(sources, this.#state.uploads, allowance);
    this.#change({ unsent });
    for (const source of accepted) {
      const remembered = findRemembered(source, this.#state.remembered);
      this.#change({ remembered: this.#state.remembered.filter((upload) => upload !== remembered) });
      this.#engine.add(source, remembered);
    }
  }

  /** More than the link allows, as one archive, which is one upload. */
  packAndSend(sources: readonly UploadSource[], allowance: Allowance): void {
    this.#take([packedSource(sources, new Date())], allowance);
  }

  dismissUnsent(): void {
    this.#change({ unsent: [] });
  }

  pause(id: string): void {
    this.#engine.pause(id);
  }

  continue(id: string): void {
    this.#engine.continue(id);
  }

  cancel(id: string): void {
    void this.#engine.cancel(id);
  }

  /** Gives up what an earlier visit began. */
  forget(upload: RememberedUpload): void {
    this.#forget(upload);
    if (upload.remoteId !== undefined) discardUpload(this.#token, upload.remoteId).catch(() => undefined);
  }

  dispose(): void {
    this.#engine.dispose();
    this.#listeners.clear();
  }

  /** Asks what has become of an upload meanwhile: only the server knows how much of it has arrived. */
  async #review(upload: RememberedUpload): Promise<void> {
    if (upload.remoteId === undefined) return;
    try {
      const answer = await readUpload(this.#token, upload.remoteId);
      if (!this.#state.remembered.includes(upload)) return;
      if ('receipt' in answer) {
        this.#forget(upload);
        this.#keep(answer);
      } else {
        const known = { ...upload, safeBytes: answer.offset };
        this.#change({ remembered: this.#state.remembered.map((other) => (other === upload ? known : other)) });
        if (answer.offset === answer.size) await this.#reviewFinished(known);
      }
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'upload_not_found') this.#forget(upload);
    }
  }

  /** Only the answer was missing: nothing has to be chosen again. */
  async #reviewFinished(upload: RememberedUpload): Promise<void> {
    await finishUpload(this.#token, upload.remoteId ?? '');
    await new Promise((resolve) => setTimeout(resolve, FINISHING_MS));
    if (this.#state.remembered.includes(upload)) await this.#review(upload);
  }

  #forget({ id }: RememberedUpload): void {
    this.#memory.remove(id);
    this.#change({ remembered: this.#state.remembered.filter((other) => other.id !== id) });
  }

  #follow(): void {
    this.#change({ uploads: this.#engine.uploads });
    for (const { phase } of this.#engine.uploads) {
      if (phase.name === 'stored') this.#keep(phase.receipt);
    }
  }

  #keep(receipt: Receipt): void {
    if (this.#state.receipts.some(({ id }) => id === receipt.id)) return;
    storeReceipt(receipt);
    this.#change({ receipts: [...this.#state.receipts, receipt] });
    this.#onStored();
  }

  #change(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
