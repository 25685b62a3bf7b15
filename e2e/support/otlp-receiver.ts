import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

/** A span as OTLP's JSON has it (opentelemetry-proto, trace/v1). */
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

export interface ReceivedSpan extends Omit<WireSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

/** Takes traces as a collector does, by OTLP over HTTP. */
export class OtlpReceiver {
  /** The bodies, as they came. */
  readonly bodies: string[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  readonly paths: string[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer(async (request, response) => {
      this.paths.push(request.url ?? '');
      this.headers.push(request.headers);
      this.bodies.push(await text(request));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get spans(): ReceivedSpan[] {
    return this.requests
      .flatMap(({ resourceSpans }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      .map((span) => ({ ...span, attributes: valuesOf(span.attributes) }));
  }

  get services(): Set<string | number | undefined> {
    const resources = this.requests.flatMap(({ resourceSpans }) => resourceSpans);
    return new Set(resources.map(({ resource }) => valuesOf(resource.attributes)['service.name']));
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private get requests(): WireRequest[] {
    return this.bodies.map((body) => JSON.parse(body));
  }
}

function valuesOf(attributes: readonly Attribute[]): Record<string, string | number | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}
