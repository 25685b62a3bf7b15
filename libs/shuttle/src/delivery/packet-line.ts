import type { QueuedPacket } from './queued-packet.js';

/** What is done keeps its memory until the line is moved up: when it is this part of all, and more than so many. */
const DONE_PART = 1 / 16;
const FEW_DONE = 32;

/** Packets in the order in which they came: first those under way, then those that wait. */
export class PacketLine {
  private packets: QueuedPacket[] = [];
  private first = 0;
  private next = 0;
  private waiting = 0;
  private held = 0;
  /** All before it are done or have a place on the disk. */
  private placedTo = 0;

  /** Bytes of memory that the waiting ones take. */
  get waitingBytes(): number {
    return this.waiting;
  }

  /** Bytes of memory that all of them take. */
  get bytes(): number {
    return this.held;
  }

  get length(): number {
    return this.packets.length - this.first;
  }

  push(packet: QueuedPacket): void {
    this.packets.push(packet);
    this.waiting += packet.memoryBytes;
    this.held += packet.memoryBytes;
  }

  /** The first that waits, which stays waiting. */
  peek(): QueuedPacket | undefined {
    return this.packets[this.next];
  }

  /** The first that waits is under way from now on. */
  take(): void {
    this.waiting -= this.packets[this.next]?.memoryBytes ?? 0;
    this.next += 1;
  }

  /** Everything that is not done waits again. */
  rewind(): void {
    this.packets = this.packets.slice(this.first).filter(({ isDone }) => !isDone);
    this.first = 0;
    this.next = 0;
    this.placedTo = 0;
    this.held = this.packets.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    this.waiting = this.held;
  }

  /** Lets go of those at the front that are done. They become done in any order. */
  forgetDone(): void {
    for (let packet = this.packets[this.first]; packet?.isDone; packet = this.packets[this.first]) {
      this.held -= packet.memoryBytes;
      this.first += 1;
    }
    this.next = Math.max(this.next, this.first);
    if (this.first > FEW_DONE && this.first > DONE_PART * this.packets.length) {
      this.packets = this.packets.slice(this.first);
      this.next -= this.first;
      this.placedTo = Math.max(0, this.placedTo - this.first);
      this.first = 0;
    }
  }

  /** Those that are not done and have no place on the disk. */
  unplaced(): QueuedPacket[] {
    this.passPlaced();
    return this.packets.slice(this.placedTo).filter(isUnplaced);
  }

  /** The numbers of the places of those that are done. */
  doneNumbers(): number[] {
    return this.packets.slice(this.first).flatMap(({ isDone, place }) => (isDone && place ? [place.number] : []));
  }

  /** The first that is not done and has no place on the disk. */
  firstUnplaced(): QueuedPacket | undefined {
    this.passPlaced();
    return this.packets[this.placedTo];
  }

  /** Takes those out that wait and have no place on the disk; they are the last ones, as what comes from the disk is older. */
  removeWaitingWithoutPlace(): QueuedPacket[] {
    let from = this.packets.length;
    while (from > this.next && this.packets[from - 1]?.place === undefined) from -= 1;
    const removed = this.packets.splice(from);
    this.placedTo = Math.min(this.placedTo, from);
    for (const { memoryBytes } of removed) {
      this.waiting -= memoryBytes;
      this.held -= memoryBytes;
    }
    return removed;
  }

  /** What is done stays so, and whoever has a place keeps it. */
  private passPlaced(): void {
    let at = Math.max(this.placedTo, this.first);
    for (let packet = this.packets[at]; packet && !isUnplaced(packet); packet = this.packets[at]) at += 1;
    this.placedTo = at;
  }
}

function isUnplaced({ isDone, place }: QueuedPacket): boolean {
  return !isDone && place === undefined;
}
