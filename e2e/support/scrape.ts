import type { TestServer } from './server.js';

/** The port that METRICS=port:0 has got; the last one, over all starts. */
export function metricsPort(server: Pick<TestServer, 'output'>): number {
  const lines = server.output.split('\n').filter((line) => line.includes('"msg":"metrics listening"'));
  const last = lines.at(-1);
  if (last === undefined) throw new Error('The server does not serve its metrics on a port of their own.');
  return Number((JSON.parse(last) as { port: number }).port);
}

/** One scrape of a server with METRICS=port:0, as Prometheus would see it. */
export class Scrape {
  private constructor(readonly text: string) {}

  static async of(server: Pick<TestServer, 'output'>): Promise<Scrape> {
    return Scrape.from(`http://127.0.0.1:${metricsPort(server)}`);
  }

  /** One of a process that shows them to who has the secret. */
  static async from(url: string, secret = ''): Promise<Scrape> {
    const answer = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${secret}` } });
    if (answer.status !== 200) throw new Error(`The scrape was answered with ${answer.status}.`);
    return new Scrape(await answer.text());
  }

  /** The names that the scrape declares, those of a histogram's series included. */
  get names(): Set<string> {
    const declared = [...this.text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_count', '_sum'].map((end) => name + end) : [name],
    );
    return new Set(declared);
  }

  /** The value of a series, written as in the text (`name{label="value"}`); undefined where it is not there. */
  value(series: string): number | undefined {
    const line = this.text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }
}
