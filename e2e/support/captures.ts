import { gunzipSync } from 'node:zlib';
import { until } from '../../scripts/test-support/until.js';
import { appLine } from './log-lines.js';
import type { ApiUser } from './staff.js';

/** A capture as the API shows it. */
export interface CaptureReply {
  readonly id: string;
  readonly state: string;
  readonly ended_by: string | null;
  readonly error: string | null;
  readonly lines: number;
  readonly bytes: number;
  readonly gaps: number;
  readonly stored_until: string | null;
  readonly archive: string | null;
}

/** What a session's line has before the text of the log. */
const LINE_HEAD = /^\S+Z (\S+) app\[[^\]]+\]: /;

/** What `numberedLines` say. */
export function numberedTexts(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index}`);
}

/** Lines of `shop` in a space, numbered. */
export function numberedLines(space: string, from: number, count: number): string[] {
  return numberedTexts(from, count).map((text) => appLine('shop', space, text));
}

export function isOver({ state }: CaptureReply): boolean {
  return state !== 'running' && state !== 'finishing';
}

/** Captures as a member of staff has them. */
export class Capturer {
  constructor(private readonly staff: ApiUser) {}

  begin(ticket: string, space: string, fields: Record<string, unknown> = {}): Promise<CaptureReply> {
    const body = { app: 'shop', space, duration_seconds: 600, ...fields };
    return this.staff.expect<CaptureReply>(202, 'POST', `/api/v1/tickets/${ticket}/captures`, body);
  }

  /** Begins one, and resolves when everything is captured that is produced from then on. */
  async listening(ticket: string, space: string, fields: Record<string, unknown> = {}): Promise<CaptureReply> {
    const { id } = await this.begin(ticket, space, fields);
    return this.until(id, ({ stored_until }) => stored_until !== null);
  }

  until(id: string, isDone: (capture: CaptureReply) => boolean): Promise<CaptureReply> {
    return until(() => this.read(id), isDone);
  }

  read(id: string): Promise<CaptureReply> {
    return this.staff.expect<CaptureReply>(200, 'GET', `/api/v1/captures/${id}`);
  }

  stop(id: string): Promise<CaptureReply> {
    return this.staff.expect<CaptureReply>(202, 'POST', `/api/v1/captures/${id}/stop`);
  }

  whenOver(id: string): Promise<CaptureReply> {
    return this.until(id, isOver);
  }

  /** The bytes of its archive. */
  async bytes({ archive }: CaptureReply): Promise<Buffer> {
    const answer = await fetch(`${this.staff.server.url}/api/v1/archives/${archive}/download`, {
      headers: { Authorization: `Bearer ${this.staff.access}` },
    });
    if (answer.status !== 200) throw new Error(`The archive ${archive} is not there: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** What the log said in its archive; lines that mark gaps stay as they are. */
  async texts(capture: CaptureReply): Promise<string[]> {
    const lines = gunzipSync(await this.bytes(capture))
      .toString('utf8')
      .split('\n');
    if (lines.pop() !== '') throw new Error('The last line has no end.');
    return lines.map((line) => line.replace(LINE_HEAD, ''));
  }
}
