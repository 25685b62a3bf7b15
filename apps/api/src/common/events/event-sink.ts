import { Injectable } from '@nestjs/common';

export const EVENT_TYPES = [
  ...['ticket.created', 'ticket.changed', 'ticket.deleted'],
  ...['upload.started', 'upload.progress', 'archive.received', 'archive.deleted'],
  ...['capture.started', 'capture.progress', 'capture.ended', 'replay.started', 'replay.progress', 'replay.ended'],
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened to a ticket or to what belongs to it. */
export interface DomainEvent {
  readonly type: EventType;
  readonly ticketId: string;
  readonly ticketNumber: string;
  /** Ids, numbers and states, snake_case. Never a secret, never what somebody wrote. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

export interface EventRecorder {
  /** Keeps the event with the present transaction: both are committed, or neither. */
  record(event: DomainEvent): void;
  /** Tells it to those who listen to this process just now, and forgets it. */
  announce(event: DomainEvent): void;
}

/** Port: features tell what happens, and the module that keeps and spreads it registers itself. */
@Injectable()
export class EventSink {
  private recorder: EventRecorder | undefined;

  register(recorder: EventRecorder): void {
    this.recorder = recorder;
  }

  /** Called inside the transaction of what the event tells. */
  record(event: DomainEvent): void {
    this.recorder?.record(event);
  }

  /** For what is told so often that only the latest counts. */
  announce(event: DomainEvent): void {
    this.recorder?.announce(event);
  }
}
