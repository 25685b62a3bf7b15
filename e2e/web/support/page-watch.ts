import { type BrowserContext, type ConsoleMessage, expect, type Request } from '@playwright/test';

/** The browser says so of every answer from 400 on, and of every line that breaks; both belong to the stories. */
const LOADING = /^Failed to load resource/;

/** Said on every plain http address but those of this machine. */
const PLAIN_HTTP = /^The Cross-Origin-Opener-Policy header has been ignored/;

/** Collects whatever must never happen on any of our pages, over all pages of a context. */
export class PageWatch {
  private readonly complaints: string[] = [];

  static async begin(context: BrowserContext): Promise<PageWatch> {
    const watch = new PageWatch();
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) =>
        console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`),
      );
    });
    context.on('console', (message) => watch.hear(message));
    context.on('weberror', (error) => watch.complain(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on('request', (request) => watch.see(request));
    return watch;
  }

  end(): void {
    expect(this.complaints, 'errors in the console, violations of the policy, foreign requests').toEqual([]);
  }

  private hear(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (PLAIN_HTTP.test(message.text())) return;
    const { url } = message.location();
    // Browsers ask for the icon late, when a test may have ended its server.
    if (LOADING.test(message.text()) && url.endsWith('/icon.svg')) return;
    if (LOADING.test(message.text()) && URL.canParse(url) && new URL(url).pathname.startsWith('/api/')) return;
    this.complain(`console: ${message.text()} (${url})`);
  }

  private see(request: Request): void {
    const url = new URL(request.url());
    if (request.isNavigationRequest() || url.protocol === 'data:' || url.protocol === 'blob:') return;
    const page = request.frame().page().url();
    if (URL.canParse(page) && new URL(page).origin !== url.origin) this.complain(`request to ${url.origin}`);
  }

  private complain(text: string): void {
    this.complaints.push(text);
  }
}
