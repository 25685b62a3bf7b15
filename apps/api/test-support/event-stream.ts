export interface ToldEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Epoch ms. */
  readonly arrivedAt: number;
}

/** A reader of server-sent events that remembers everything, as a test asks for it later. */
export class EventStream {
  readonly events: ToldEvent[] = [];
  /** As EventSource keeps it, over messages without an event too. */
  lastEventId: string | undefined;
  comments = 0;
  isEnded = false;
  private readonly stop = new AbortController();
  private readonly waiting = new Set<() => void>();

  private constructor(readonly response: Response) {}

  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<EventStream> {
    const stop = new AbortController();
    const response = await fetch(`${url}/api/v1/events`, { headers, signal: stop.signal });
    const stream = new EventStream(response);
    stop.signal.addEventListener('abort', () => stream.stop.abort());
    stream.stop.signal.addEventListener('abort', () => stop.abort());
    if (response.status !== 200) throw new Error(`events: ${response.status} ${await response.text()}`);
    void stream.read();
    return stream;
  }

  close(): void {
    this.stop.abort();
  }

  /** Resolves once `condition` holds; rejects when it does not in time. */
  async until(condition: () => boolean, limitMs: number, what: string): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!condition()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Not within ${limitMs} ms: ${what}. Told: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.waiting.add(wake);
      });
    }
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of this.response.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
        this.wakeAll();
      }
    } catch {
      // Closed by the test, or cut by the server: either way it has ended.
    }
    this.isEnded = true;
    this.wakeAll();
  }

  private take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.split(':', 1)[0] ?? '', line.replace(/^[^:]*: ?/, '')]),
    );
    if (fields.has('')) this.comments += 1;
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    const data = fields.get('data');
    if (data === undefined) return;
    const type = fields.get('event') ?? 'message';
    this.events.push({ id: fields.get('id'), type, data: JSON.parse(data), arrivedAt: Date.now() });
  }

  private wakeAll(): void {
    for (const wake of [...this.waiting]) wake();
  }
}
