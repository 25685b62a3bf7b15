import { type Transferable, Worker } from 'node:worker_threads';
import type { DigestReply, DigestRequest } from './digest-protocol.js';

interface Waiting {
  resolve: (hex: string | undefined) => void;
  reject: (error: Error) => void;
}

type TicketedRequest = Extract<DigestRequest, { ticket: number }>;
/** `Omit` over a union would merge its members; this keeps them apart. */
export type WithoutTicket<T> = T extends TicketedRequest ? Omit<T, 'ticket'> : never;

/**
 * One worker thread and the requests that wait for it. A lane lives as long as its worker: once that has failed, every
 * request is refused, and the pool starts another lane for new digests.
 */
export class DigestLane {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextTicket = 1;
  #failure: Error | undefined;
  /** Digests whose state is held in this worker. */
  digests = 0;

  constructor(workerUrl: URL) {
    this.#worker = new Worker(workerUrl, {
      name: 'digest',
      // The thread needs neither the process's secrets nor its preloaded modules.
      env: {},
      execArgv: [],
    });
    this.#worker.on('message', (reply: DigestReply) => this.#answer(reply));
    this.#worker.on('error', (cause) => this.#fail(new Error('the digest worker failed', { cause })));
    this.#worker.on('messageerror', (cause) =>
      this.#fail(new Error('the digest worker was not understood', { cause })),
    );
    this.#worker.on('exit', (code) => this.#fail(new Error(`the digest worker ended with code ${code}`)));
    // An idle worker never keeps the process alive; one that owes an answer does (see `request`).
    this.#worker.unref();
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  post(request: Exclude<DigestRequest, TicketedRequest>): void {
    if (this.#failure === undefined) {
      this.#worker.postMessage(request);
    }
  }

  request(request: WithoutTicket<DigestRequest>, transfer: Transferable[] = []): Promise<string | undefined> {
    if (this.#failure !== undefined) {
      return Promise.reject(this.#failure);
    }
    const ticket = this.#nextTicket++;
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) {
        this.#worker.ref();
      }
      this.#waiting.set(ticket, { resolve, reject });
      this.#worker.postMessage({ ...request, ticket }, transfer);
    });
  }

  async close(): Promise<void> {
    this.#fail(new Error('the digest pool was closed'));
    await this.#worker.terminate();
  }

  #answer(reply: DigestReply): void {
    const waiting = this.#waiting.get(reply.ticket);
    this.#waiting.delete(reply.ticket);
    if (this.#waiting.size === 0) {
      this.#worker.unref();
    }
    if ('error' in reply) {
      waiting?.reject(new Error(reply.error));
    } else {
      waiting?.resolve(reply.hex);
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) {
      return;
    }
    this.#failure = error;
    this.#worker.unref();
    for (const { reject } of this.#waiting.values()) {
      reject(error);
    }
    this.#waiting.clear();
  }
}
