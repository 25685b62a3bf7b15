import {
  type handleClientStreamingCall,
  logVerbosity,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type sendUnaryData,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js';
import { errorCode } from '@logs-collector/runtime/error-code';
import type { NetworkList } from '@logs-collector/runtime/network-list';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { keyCheck } from '../http/server.js';
import type { ShuttleLog } from '../log.js';
import type { AccessLogCounts } from './access-log-counts.js';
import type { AccessLogIntake } from './access-log-intake.js';
import { STREAM_ACCESS_LOGS } from './access-log-schema.js';
import { IntakeBudget } from './intake-budget.js';
import { type MeteredMessage, metered } from './metered-call.js';

export interface AccessLogServerOptions {
  readonly intake: AccessLogIntake;
  readonly counts: AccessLogCounts;
  readonly log: ShuttleLog;
  readonly authKey: string;
  /** Envoys there need no key. */
  readonly trusted: NetworkList;
}

/** gRPC's usual limit. Envoy sends when it has 16 KiB, unless it was told otherwise. */
const MAX_MESSAGE_BYTES = 4_194_304;
const LIMITS = { messageBytes: 33_554_432, totalBytes: 100_663_296 };
/** Of one connection. A worker of an Envoy has one for each of its logs. */
const MAX_STREAMS = 100;
/** An Envoy that vanished without a word holds a connection no longer than this. */
const KEEPALIVE = { 'grpc.keepalive_time_ms': 60_000, 'grpc.keepalive_timeout_ms': 20_000 };
const REFUSAL_REPORT_MS = 60_000;

// What it would print in its own form is a port that is taken, and that is said in ours.
setLogVerbosity(logVerbosity.NONE);

type Call = ServerReadableStream<MeteredMessage, object>;
type Answer = sendUnaryData<object>;

/** Envoy's access log service: every stream is read as fast as Kafka takes what it brings. */
export class AccessLogServer {
  private readonly server: Server;
  private readonly closing = new AbortController();
  private readonly isKey: (given: string | undefined) => boolean;
  private refusalReportedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: AccessLogServerOptions) {
    this.isKey = keyCheck(options.authKey);
    this.server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      ...KEEPALIVE,
      'grpc.max_concurrent_streams': MAX_STREAMS,
      interceptors: [metered(new IntakeBudget(LIMITS), options.counts)],
    });
    this.server.addService(
      {
        streamAccessLogs: {
          path: STREAM_ACCESS_LOGS,
          requestStream: true,
          responseStream: false,
          requestSerialize: (value: Buffer) => value,
          requestDeserialize: (bytes: Buffer) => bytes,
          // The answer has no fields.
          responseSerialize: () => Buffer.alloc(0),
          responseDeserialize: () => ({}),
        },
      },
      { streamAccessLogs: this.receive satisfies handleClientStreamingCall<MeteredMessage, object> },
    );
  }

  /** Answers the port. */
  async listen(host: string, port: number): Promise<number> {
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(unusable(error)) : resolve(bound),
    );
    return promise;
  }

  /** Takes no more, and resolves when what came before is in Kafka or the time is over. */
  async close(limitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.tryShutdown(() => resolve());
    const timer = setTimeout(() => {
      this.server.forceShutdown();
      // A connection that never spoke HTTP/2 keeps the answer to tryShutdown waiting for ever.
      resolve();
    }, limitMs);
    this.closing.abort();
    await promise;
    clearTimeout(timer);
  }

  private readonly receive = (call: Call, answer: Answer): void => {
    const { signal } = this.closing;
    if (signal.aborted) answer({ code: status.UNAVAILABLE, details: 'The server is shutting down.' });
    else if (this.mayStream(call)) readStream(call, answer, this.options.intake, signal);
    else
      answer({ code: status.UNAUTHENTICATED, details: 'The authorization metadata must be the key of this server.' });
  };

  private mayStream(call: Call): boolean {
    const given = call.metadata.get('authorization');
    const peer = addressOf(call.getPeer());
    if ((given.length === 1 && this.isKey(String(given[0]))) || this.options.trusted.includes(peer)) return true;
    this.options.counts.refused += 1;
    const now = performance.now();
    if (now - this.refusalReportedAt > REFUSAL_REPORT_MS) {
      this.refusalReportedAt = now;
      this.options.log.warn({
        msg: 'an Envoy without the key was refused; see ISTIO_ALS_ALLOW_NETS',
        peer,
        refused: this.options.counts.refused,
      });
    }
    return false;
  }
}

/** One message after the other, each when the one before is in Kafka. */
function readStream(call: Call, answer: Answer, intake: AccessLogIntake, closing: AbortSignal): void {
  let isBusy = false;
  const end = () => {
    closing.removeEventListener('abort', endIfIdle);
    call.off('data', take);
  };
  const finish = () => {
    end();
    answer(null, {});
  };
  const endIfIdle = () => {
    if (!isBusy && call.readableLength === 0) finish();
  };
  const take = (message: MeteredMessage) => {
    isBusy = true;
    call.pause();
    handle(message).then(
      () => {
        isBusy = false;
        if (closing.aborted && call.readableLength === 0) finish();
        else call.resume();
      },
      () => {
        end();
        answer({ code: status.INVALID_ARGUMENT, details: 'This is no StreamAccessLogsMessage.' });
      },
    );
  };
  const handle = async (message: MeteredMessage) => {
    try {
      await intake.take(message.bytes);
    } finally {
      message.release();
    }
  };
  closing.addEventListener('abort', endIfIdle);
  call.on('data', take).on('end', finish).on('cancelled', end).on('error', end);
}

/** `127.0.0.1:4711`; an IPv6 address has no brackets here. */
function addressOf(peer: string): string {
  const colon = peer.lastIndexOf(':');
  return colon < 0 ? peer : peer.slice(0, colon);
}

function unusable(error: Error): SettingsError {
  const code = errorCode(error) ?? /E[A-Z]{4,}/.exec(error.message)?.[0];
  return new SettingsError([`ISTIO_ALS_PORT cannot be listened on${code ? ` (${code})` : ''}`]);
}
