import { type ClientWritableStream, credentials, Metadata, makeGenericClientConstructor } from '@grpc/grpc-js';
import { STREAM_ACCESS_LOGS, streamAccessLogsMessage } from '../../apps/shuttle/src/access-logs/access-log-schema.js';

/** How a stream ended: gRPC's code, 0 where all was well. */
export interface StreamEnd {
  readonly code: number;
  readonly details: string;
}

const AccessLogClient = makeGenericClientConstructor(
  {
    streamAccessLogs: {
      path: STREAM_ACCESS_LOGS,
      requestStream: true,
      responseStream: false,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: () => Buffer.alloc(0),
      responseDeserialize: () => ({}),
    },
  },
  'AccessLogService',
);

/** One stream of access logs, as an Envoy opens it. */
export class EnvoyClient {
  /** Resolves when the server has ended the stream, or the connection broke. */
  readonly ended: Promise<StreamEnd>;
  private readonly stream: ClientWritableStream<Buffer>;
  private readonly client: InstanceType<typeof AccessLogClient>;

  constructor(port: number, authorization?: string) {
    // Every Envoy has connections of its own; clients of one process would share one.
    const options = { 'grpc.use_local_subchannel_pool': 1 };
    this.client = new AccessLogClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
    const metadata = new Metadata();
    if (authorization !== undefined) metadata.set('authorization', authorization);
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    this.ended = promise;
    const open = this.client.streamAccessLogs as (
      metadata: Metadata,
      callback: (error: StreamEnd | null) => void,
    ) => ClientWritableStream<Buffer>;
    this.stream = open.call(this.client, metadata, (error) =>
      resolve(error ? { code: error.code, details: error.details } : { code: 0, details: '' }),
    );
    this.stream.on('error', () => undefined);
  }

  /** False where the server does not keep up. */
  send(bytes: Buffer): boolean {
    return this.stream.write(bytes);
  }

  /** Sends no more and answers how the server takes it. */
  finish(): Promise<StreamEnd> {
    this.stream.end();
    return this.ended;
  }

  close(): void {
    this.stream.cancel();
    this.client.close();
  }
}

export interface SeenRequest {
  readonly path: string;
  readonly cluster?: string;
  /** Whether the request came to its end. */
  readonly isComplete?: boolean;
}

/** A message with these requests, as Envoy encodes it. */
export function httpLogs(requests: readonly SeenRequest[]): Buffer {
  return encode({
    identifier: { node: { id: 'sidecar' }, log_name: 'test' },
    http_logs: { log_entry: requests.map(entryOf) },
  });
}

/** A message with connections that are no HTTP. */
export function tcpLogs(count: number): Buffer {
  return encode({ tcp_logs: { log_entry: Array.from({ length: count }, () => ({})) } });
}

function encode(message: object): Buffer {
  return Buffer.from(streamAccessLogsMessage.encode(streamAccessLogsMessage.fromObject(message)).finish());
}

function entryOf({ path, cluster = 'outbound|80||app.space.svc.cluster.local', isComplete = true }: SeenRequest) {
  return {
    common_properties: {
      upstream_cluster: cluster,
      start_time: { seconds: 1_767_225_600, nanos: 500_000_000 },
      time_to_first_upstream_tx_byte: { nanos: 1_500_000 },
      time_to_last_upstream_rx_byte: isComplete ? { nanos: 11_500_000 } : undefined,
      time_to_last_downstream_tx_byte: { seconds: 1, nanos: 250_000_000 },
      upstream_remote_address: { socket_address: { address: '10.1.2.3', port_value: 5_000 } },
      tls_properties: { tls_version: 'TLSv1_3' },
    },
    protocol_version: 'HTTP11',
    request: {
      ...{ request_method: 'GET', scheme: 'https', authority: 'www.example.com', path, request_id: 'r' },
      ...{ forwarded_for: '1.2.3.4', request_headers_bytes: 100, request_body_bytes: 20 },
    },
    response: { response_code: { value: 200 }, response_headers_bytes: 50, response_body_bytes: 7 },
  };
}
