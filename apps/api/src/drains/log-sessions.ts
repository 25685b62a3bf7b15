import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { DestinationBody } from './drain.rules.js';
import { drainErrors } from './drains.errors.js';
import { ShuttleClient } from './shuttle-client.js';

/** What the shuttle answers as an id of a session: it becomes part of a path. */
const SESSION_ID = /^[A-Za-z0-9_-]{1,4000}$/;

export type LogSessionRequest = DestinationBody & {
  /** How many lines of the past come first. */
  readonly lines: number;
  /** Whether it goes on after them. */
  readonly tail: boolean;
  /** Whether a comment, `: listening`, tells from when on nothing of the present is missed. */
  readonly announce?: boolean;
};

/** Live streams of the shuttle. The ids of sessions stay here, as whoever has one could read without a login. */
@Injectable()
export class LogSessions {
  constructor(private readonly shuttle: ShuttleClient) {}

  /** Throws where the shuttle would not give a session just now. */
  async check(destination: DestinationBody): Promise<void> {
    await this.issue({ ...destination, lines: 0, tail: true });
  }

  /** The text as it comes, until the signal. */
  async open(request: LogSessionRequest, signal: AbortSignal): Promise<Readable> {
    return this.shuttle.stream(`/log-sessions/${await this.issue(request)}`, signal);
  }

  private async issue(request: LogSessionRequest): Promise<string> {
    const { body } = await this.shuttle.ask({ method: 'POST', path: '/log-sessions', body: request });
    const { id } = (body ?? {}) as { id?: unknown };
    if (typeof id === 'string' && SESSION_ID.test(id)) return id;
    throw drainErrors.unreachable(new Error('The answer has no id of a session.'));
  }
}
