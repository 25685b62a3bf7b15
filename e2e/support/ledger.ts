import { sha256 } from './bytes.js';
import type { ApiUser } from './staff.js';

/** What was promised to one customer, as that customer heard it. */
export interface LedgerEntry {
  readonly token: string;
  readonly name: string;
  readonly bytes: Buffer<ArrayBuffer>;
  readonly sha256: string;
  /** The highest offset that an answer named. */
  acknowledged: number;
  /** Ids of the archives that answers named; more than one would be one too many. */
  readonly archives: Set<string>;
  /** Answers that contradict earlier ones, or that nobody should get. */
  readonly complaints: string[];
  /** Connections that broke without an answer. */
  breaks: number;
  /** The last refusal, for those who read a failed test. */
  lastAnswer: string;
}

/** Keeps every acknowledgement that the clients of a test have received. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  acknowledgements = 0;

  open(token: string, name: string, bytes: Buffer<ArrayBuffer>): LedgerEntry {
    const entry = {
      token,
      name,
      bytes,
      sha256: sha256(bytes),
      acknowledged: 0,
      archives: new Set<string>(),
      complaints: [],
      breaks: 0,
      lastAnswer: '',
    };
    this.entries.push(entry);
    return entry;
  }

  /** An answer said: everything below `offset` is kept. */
  noteOffset(entry: LedgerEntry, offset: number, source: string): void {
    this.acknowledgements += 1;
    if (offset < entry.acknowledged) {
      entry.complaints.push(`${entry.name}: ${source} answers ${offset}, and ${entry.acknowledged} was acknowledged`);
    }
    entry.acknowledged = Math.max(entry.acknowledged, offset);
  }

  /** An answer said: it is stored. */
  noteReceipt(entry: LedgerEntry, receipt: Readonly<Record<string, unknown>>): void {
    this.acknowledgements += 1;
    entry.acknowledged = entry.bytes.length;
    entry.archives.add(String(receipt.id));
    if (receipt.sha256 !== entry.sha256 || receipt.size !== entry.bytes.length) {
      entry.complaints.push(`${entry.name}: the receipt speaks of other bytes`);
    }
  }

  /** Holds it against what this reader can download; answers what was acknowledged and is not so. */
  async losses(reader: Pick<ApiUser, 'server' | 'access'>): Promise<string[]> {
    const lost = this.entries.flatMap((entry) => entry.complaints);
    for (const { name, archives, sha256: expected } of this.entries) {
      if (archives.size !== 1) lost.push(`${name}: ${archives.size} archives were named`);
      for (const id of archives) {
        const answer = await fetch(`${reader.server.url}/api/v1/archives/${id}/download`, {
          headers: { Authorization: `Bearer ${reader.access}` },
        });
        const bytes = new Uint8Array(await answer.arrayBuffer());
        if (answer.status !== 200 || sha256(bytes) !== expected) lost.push(`${name}: download ${answer.status}`);
      }
    }
    return lost;
  }
}
