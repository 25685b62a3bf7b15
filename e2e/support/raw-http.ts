import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestServer } from './server.js';

export interface RawAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ANSWER_LIMIT_MS = 20_000;

/** One TCP connection on which a test writes exactly the bytes it means, where `fetch` would tidy them up. */
export class RawConnection {
  /** Everything that came back. */
  received = '';
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.received += text;
    });
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('error', () => undefined);
  }

  static async open(server: Pick<TestServer, 'port'>): Promise<RawConnection> {
    const socket = connect({ host: '127.0.0.1', port: server.port, noDelay: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Writes the request line and headers; `Host` is added. */
  head(line: string, headers: readonly (readonly [string, string])[]): void {
    const lines = [`${line} HTTP/1.1`, 'Host: 127.0.0.1', ...headers.map(([name, value]) => `${name}: ${value}`)];
    this.socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  }

  /** Resolves once the bytes are with the kernel, or the line is cut. */
  async write(bytes: Uint8Array | string): Promise<void> {
    await new Promise<void>((resolve) => this.socket.write(bytes, () => resolve()));
  }

  /** One chunk of a body in chunked coding. */
  writeChunk(bytes: Uint8Array): Promise<void> {
    const size = Buffer.from(`${bytes.length.toString(16)}\r\n`);
    return this.write(Buffer.concat([size, bytes, Buffer.from('\r\n')]));
  }

  /** The first complete final answer (1xx are skipped); undefined when the line ends before, or none comes in time. */
  async answer(limitMs = ANSWER_LIMIT_MS): Promise<RawAnswer | undefined> {
    for (const deadline = Date.now() + limitMs; ; await delay(5)) {
      const answer = parseAnswer(this.received);
      if (answer || this.isClosed || Date.now() > deadline) return answer ?? parseAnswer(this.received);
    }
  }

  /** Waits until the received text holds `part`. */
  async until(part: string, limitMs = ANSWER_LIMIT_MS): Promise<boolean> {
    for (const deadline = Date.now() + limitMs; Date.now() < deadline && !this.isClosed; await delay(5)) {
      if (this.received.includes(part)) break;
    }
    return this.received.includes(part);
  }

  /** Cuts the line as a lost client does. */
  cut(): void {
    this.socket.resetAndDestroy();
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Opens, writes a whole request, answers the final answer and closes. */
export async function rawRequest(
  server: Pick<TestServer, 'port'>,
  line: string,
  headers: readonly (readonly [string, string])[],
  body: Uint8Array | string = '',
): Promise<RawAnswer | undefined> {
  const connection = await RawConnection.open(server);
  try {
    connection.head(line, headers);
    void connection.write(body);
    return await connection.answer();
  } finally {
    connection.close();
  }
}

function parseAnswer(text: string): RawAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  if (status < 200) return parseAnswer(text.slice(end + 4));
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = text.slice(end + 4);
  const length = Number(headers['content-length'] ?? 0);
  return body.length < length ? undefined : { status, headers, body: body.slice(0, length) };
}
