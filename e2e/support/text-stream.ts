import { setTimeout as delay } from 'node:timers/promises';

/** An answer of text that lasts, being read. */
export class TextStream {
  text = '';
  isEnded = false;

  private constructor(
    readonly response: Response,
    private readonly leaving: AbortController,
  ) {
    void this.read().catch(() => undefined);
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<TextStream> {
    const leaving = new AbortController();
    return new TextStream(await fetch(url, { headers, signal: leaving.signal }), leaving);
  }

  async until(isDone: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 60_000; !isDone(); await delay(20)) {
      if (Date.now() > deadline) throw new Error(`There is only:\n${this.text}`);
    }
  }

  /** Goes away in the middle, as a browser does. */
  close(): void {
    this.leaving.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? []) this.text += decoder.decode(chunk, { stream: true });
    this.isEnded = true;
  }
}
