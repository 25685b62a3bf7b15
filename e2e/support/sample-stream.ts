import { canRunKafka, TestKafka } from './kafka.ts';
import { LineReceiver } from './line-receiver.ts';
import { appLine } from './log-lines.ts';
import { AUTH_KEY, TestShuttle } from './shuttle.ts';
import type { ApiUser } from './staff.ts';

const SPACE = 'production';
const START_MS = Date.parse('2026-11-20T14:19:42.318Z');
const STEP_MS = 1_730;

/** What a shop says while one of its nodes goes away. */
const STORY = [
  'INFO  order 70412 paid, 3 positions, 148.20 EUR',
  'INFO  GET /api/cart 200 12ms',
  'INFO  GET /api/products?page=2 200 31ms',
  'WARN  node-3 answers slowly: 2140ms',
  'INFO  POST /api/orders 201 48ms',
  'ERROR node-3: 503 Service Unavailable, trying node-4',
  'INFO  order 70413 paid, 1 position, 12.90 EUR',
  'ERROR node-4: connect ETIMEDOUT 10.20.0.14:8443',
  'WARN  two of five nodes are away, the queue grows: 118',
  'DEBUG retry 2 of 5 in 800ms',
  'INFO  GET /api/cart 200 14ms',
  'INFO  node-4 is back, 118 of 118 sent',
  'INFO  POST /api/orders 201 39ms',
];

/** The log shuttle with a broker, an app that says something, and drains in several states. */
export class SampleStream {
  private readonly kafka: TestKafka;
  private readonly shuttle: TestShuttle;
  private readonly receivers: LineReceiver[] = [];

  private constructor(kafka: TestKafka, shuttle: TestShuttle) {
    this.kafka = kafka;
    this.shuttle = shuttle;
  }

  /** Undefined where no broker can be run. */
  static async open(): Promise<SampleStream | undefined> {
    if (!canRunKafka()) return undefined;
    const kafka = await TestKafka.start();
    await kafka.createTopic(SPACE, 1);
    const lines = STORY.map((text, number) =>
      appLine('shop', SPACE, text, new Date(START_MS + number * STEP_MS).toISOString()),
    );
    await kafka.produce(SPACE, lines, 0);
    const shuttle = new TestShuttle(kafka.brokers);
    await shuttle.start();
    return new SampleStream(kafka, shuttle);
  }

  /** What leads a server to it. */
  get environment(): Readonly<Record<string, string>> {
    return { SHUTTLE_URL: this.shuttle.url, SHUTTLE_AUTH_KEY: AUTH_KEY };
  }

  async fill(admin: ApiUser): Promise<void> {
    for (const app of ['shop', 'billing']) {
      const receiver = await LineReceiver.listen();
      this.receivers.push(receiver);
      await admin.expect(201, 'POST', '/api/v1/drains', { app, space: SPACE, url: receiver.url });
    }
    const away = { app: 'shop', space: SPACE, url: 'http://127.0.0.1:80/logs' };
    await admin.expect(201, 'POST', '/api/v1/drains', away);
  }

  async dispose(): Promise<void> {
    await this.shuttle.dispose();
    await this.kafka.dispose();
    for (const receiver of this.receivers) await receiver.close();
  }
}
