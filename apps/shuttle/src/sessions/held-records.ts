import type { LogRecord } from '@logs-collector/shuttle/record';
import type { MemoryShare } from './memory-share.js';

const MAX_RECORDS = 10_000;
const MAX_LENGTH = 1_048_576;

/** What comes for a session while it is still shown the past. */
export class HeldRecords {
  private records: LogRecord[] = [];
  private held = 0;

  constructor(private readonly share: Pick<MemoryShare, 'take' | 'use'>) {}

  /** Characters of their texts. */
  get length(): number {
    return this.held;
  }

  /** False where there is no room for it. */
  add(record: LogRecord): boolean {
    const { length } = record.text;
    if (this.records.length >= MAX_RECORDS || this.held + length > MAX_LENGTH || this.share.use >= 1) return false;
    this.records.push(record);
    this.held += length;
    this.share.take(length);
    return true;
  }

  /** All of them; nothing is held any more. */
  take(): readonly LogRecord[] {
    const { records } = this;
    this.records = [];
    this.held = 0;
    return records;
  }
}
