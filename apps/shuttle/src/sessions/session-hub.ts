import { Slots } from '@logs-collector/runtime/slots';
import type { LogRecord } from '@logs-collector/shuttle/record';
import { sessionLine } from '@logs-collector/shuttle/session/session-line';
import type { Message } from '@platformatic/kafka';
import { problems } from '../http/problem.js';
import { type HistoryEnds, readHistory } from '../kafka/history.js';
import type { KafkaConnection } from '../kafka/kafka-connection.js';
import { messageRecords } from '../kafka/message-records.js';
import { partitionKey } from '../kafka/partition-offsets.js';
import type { ShuttleLog } from '../log.js';
import { RouteTable } from '../pump/route-table.js';
import { HeldRecords } from './held-records.js';
import { MemoryShare } from './memory-share.js';
import { NewestLines } from './newest-lines.js';
import { Patience } from './patience.js';
import type { SessionOutput } from './session-output.js';
import type { SessionRequest } from './session-tickets.js';
import { SharedTail, type TailListener } from './shared-tail.js';

const MAX_SESSIONS = 1_000;
/** What all of them may leave unread, with what waits until the past is shown: the process has a small heap. */
const MAX_UNREAD_BYTES = 33_554_432;
/** What a session gets of the past at most, the newest of it. */
const MAX_HISTORY_BYTES = 4_194_304;
/** How long a reader may take for that while others wait for their turn. */
const HISTORY_LIMIT_MS = 30_000;
/** How many sessions are shown the past at a time. */
const PARALLEL_HISTORIES = 4;
/** How long sessions have to end when the process does. */
const CLOSE_GRACE_MS = 1_000;

/**
 * All sessions that this instance serves, on two readers of everything that is produced: one waits for nobody, and one, for
 * those that are announced, waits until they have room.
 */
export class SessionHub {
  private readonly live: SharedTail;
  private readonly patient: SharedTail;
  private readonly outputs = new Set<SessionOutput>();
  private readonly held = new Set<HeldRecords>();
  private readonly histories = new Slots(PARALLEL_HISTORIES);
  /** Of the memory for lines that nobody has read. */
  readonly share = new MemoryShare(MAX_UNREAD_BYTES, () => {
    let bytes = 0;
    for (const { unreadBytes } of this.outputs) bytes += unreadBytes;
    for (const { length } of this.held) bytes += length;
    return bytes;
  });

  constructor(
    private readonly connection: KafkaConnection,
    log: ShuttleLog,
  ) {
    this.live = new SharedTail(connection, log);
    this.patient = new SharedTail(connection, log);
  }

  /** Sessions that are being read. */
  get count(): number {
    return this.outputs.size;
  }

  /** Throws a problem where there is no room for one more. */
  assertRoom(): void {
    if (this.outputs.size >= MAX_SESSIONS) throw problems.unavailable('Too many sessions are open. Try again later.');
  }

  /** Writes the past and then the present to the output, until that ends. */
  async serve(request: SessionRequest, output: SessionOutput): Promise<void> {
    this.outputs.add(output);
    const held = new HeldRecords(this.share);
    this.held.add(held);
    const tail = request.isAnnounced ? this.patient : this.live;
    const patience = request.isAnnounced ? new Patience(output, () => tail.count < 2) : undefined;
    let receive = (record: LogRecord): void => {
      if (!held.add(record)) output.skip(1);
    };
    const listener: TailListener = (record) => {
      receive(record);
      return patience?.wait();
    };
    const show = (record: LogRecord): void => output.line(sessionLine(record, nowText()));
    try {
      // While no broker can be reached, whoever goes meanwhile makes room for another.
      if (request.isTail) await Promise.race([tail.listen(listener, request.destination), output.whenEnded]);
      if (request.isAnnounced) output.announce();
      const ends = request.lines > 0 ? await this.histories.use(() => this.showHistory(request, output)) : new Map();
      for (const record of held.take()) if (isAfter(record, ends)) show(record);
      receive = show;
      if (!request.isTail) output.end();
      await output.whenEnded;
    } finally {
      this.outputs.delete(output);
      this.held.delete(held);
      tail.forget(listener);
    }
  }

  /** Ends all sessions; who reads gets what is there, who does not is cut off after a moment. */
  async end(): Promise<void> {
    for (const output of this.outputs) output.end(CLOSE_GRACE_MS);
    await Promise.all([...this.outputs].map((output) => output.whenEnded));
  }

  async stop(): Promise<void> {
    await Promise.all([this.live.stop(), this.patient.stop()]);
  }

  /** The last lines of the past, in the order of their times, no faster than they are read. */
  private async showHistory({ destination, lines }: SessionRequest, output: SessionOutput): Promise<HistoryEnds> {
    if (output.hasEnded) return new Map();
    const wanted = new RouteTable([[destination, true]]);
    const newest = new NewestLines({ lines, bytes: MAX_HISTORY_BYTES });
    const keep = (message: Message) => {
      const result = messageRecords(message);
      if (typeof result === 'string') return;
      for (const record of result) {
        if (wanted.of(record.destination).length === 0) continue;
        const { offset } = record.position;
        const place = { atMs: Date.parse(record.time), arrivedAtMs: Number(message.timestamp), offset };
        newest.add(place, sessionLine(record, nowText()));
      }
    };
    const ends = await readHistory(this.connection, keep, () => newest.isFull);
    const isLate = AbortSignal.timeout(HISTORY_LIMIT_MS);
    const late = new Promise((resolve) => isLate.addEventListener('abort', resolve));
    for (const line of newest.take()) {
      if (!isLate.aborted) await Promise.race([output.room(), late]);
      output.line(line);
    }
    return ends;
  }
}

function isAfter({ position }: LogRecord, ends: HistoryEnds): boolean {
  return BigInt(position.offset) >= (ends.get(partitionKey(position.topic, position.partition)) ?? 0n);
}

function nowText(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
