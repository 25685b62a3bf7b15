import { setTimeout as delay } from 'node:timers/promises';
import type { Ledger, LedgerEntry } from './ledger.js';
import type { TestServer } from './server.js';
import { TusClient } from './tus-client.js';

/** Somebody who uploads a file, whatever happens to the server, and writes every acknowledgement into the ledger. */
export interface UploadClient {
  readonly name: string;
  /** Resolves when the file is stored, or when the server has refused it for good (which is a complaint). */
  upload(server: Pick<TestServer, 'url'>, entry: LedgerEntry, ledger: Ledger): Promise<void>;
}

const RETRY_MS = 40;
/** A customer who hears the same refusals for so long has lost patience, which is a complaint. */
const PATIENCE_MS = 60_000;
/** Answers after which the same request makes sense again: busy, restarting, all attempts held by a dead request. */
const PASSING = new Set([409, 423, 429, 500, 502, 503, 504]);

/** Sends in chunks through tus, asks for the offset after each failure, and goes on there. */
export class ChunkedTusClient implements UploadClient {
  readonly name = 'tus';

  constructor(private readonly chunkBytes: number) {}

  async upload(server: Pick<TestServer, 'url'>, entry: LedgerEntry, ledger: Ledger): Promise<void> {
    const client = new TusClient(server, entry.token);
    const key = `${entry.name}-${entry.sha256}`;
    let path: string | undefined;
    let offset = 0;
    for (const patience = new Patience(entry); patience.isLeft(); await delay(RETRY_MS)) {
      const isDone = await tolerant(entry, async () => {
        if (path === undefined) {
          const created = await client.create(entry.bytes.length, entry.name, { 'Upload-Key': key });
          if (created.status !== 201) return refuse(entry, created);
          path = created.headers.get('location') ?? undefined;
        }
        const place = path ?? '';
        const head = await client.head(place);
        if (head.status !== 200) return refuse(entry, head);
        offset = Number(head.headers.get('upload-offset'));
        ledger.noteOffset(entry, offset, 'HEAD');
        while (offset < entry.bytes.length) {
          const chunk = entry.bytes.subarray(offset, offset + this.chunkBytes);
          const answer = await client.patch(place, offset, chunk);
          if (answer.status !== 204) return refuse(entry, answer);
          offset = Number(answer.headers.get('upload-offset'));
          ledger.noteOffset(entry, offset, 'PATCH');
        }
        const receipt = await client.request('GET', place, {});
        if (receipt.status !== 200) return refuse(entry, receipt);
        ledger.noteReceipt(entry, (await receipt.json()) as Record<string, unknown>);
        return true;
      });
      if (isDone) return;
    }
  }
}

/** Sends the whole file in one PUT, and the whole file again until there is a receipt. */
export class RawPutClient implements UploadClient {
  readonly name = 'put';

  constructor(private readonly headers: Readonly<Record<string, string>> = {}) {}

  async upload(server: Pick<TestServer, 'url'>, entry: LedgerEntry, ledger: Ledger): Promise<void> {
    for (const patience = new Patience(entry); patience.isLeft(); await delay(RETRY_MS)) {
      const isDone = await tolerant(entry, async () => {
        const answer = await fetch(`${server.url}/api/v1/archives/${entry.name}`, {
          method: 'PUT',
          headers: { 'Upload-Token': entry.token, ...this.headers },
          body: entry.bytes,
        });
        if (answer.status !== 201) return refuse(entry, answer);
        ledger.noteReceipt(entry, (await answer.json()) as Record<string, unknown>);
        return true;
      });
      if (isDone) return;
    }
  }
}

class Patience {
  private since = Date.now();
  private acknowledged = 0;
  private breaks = 0;

  constructor(private readonly entry: LedgerEntry) {}

  isLeft(): boolean {
    // While the server is away nobody refuses anything.
    if (this.entry.acknowledged > this.acknowledged || this.entry.breaks > this.breaks) {
      this.acknowledged = this.entry.acknowledged;
      this.breaks = this.entry.breaks;
      this.since = Date.now();
    }
    if (Date.now() - this.since < PATIENCE_MS) return true;
    this.entry.complaints.push(
      `${this.entry.name}: gave up at ${this.acknowledged}; the last answer: ${this.entry.lastAnswer}`,
    );
    return false;
  }
}

/** A connection that breaks is no answer: the client tries again. */
async function tolerant(entry: LedgerEntry, attempt: () => Promise<boolean>): Promise<boolean> {
  try {
    return await attempt();
  } catch (error) {
    // Not `instanceof`: the test runner's sandbox has a TypeError of its own, and fetch throws the outer one.
    if (typeof error === 'object' && error !== null && 'name' in error && error.name === 'TypeError') {
      entry.breaks += 1;
      return false;
    }
    entry.complaints.push(`${entry.name}: ${String(error)}`);
    return true;
  }
}

/** True where trying again is useless. */
async function refuse(entry: LedgerEntry, answer: Response): Promise<boolean> {
  const text = await answer.text();
  entry.lastAnswer = `${answer.status} ${text}`;
  if (PASSING.has(answer.status)) return false;
  entry.complaints.push(`${entry.name}: ${answer.status} ${text}`);
  return true;
}
