import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { appLine } from '../support/log-lines.js';
import { TestShuttle } from '../support/shuttle.js';
import { TextStream } from '../support/text-stream.js';

jest.setTimeout(120_000);

interface SessionView {
  readonly id: string;
  readonly logplex_url: string;
}

const describeKafka = canRunKafka() ? describe : describe.skip;

describeKafka('A session', () => {
  let kafka: TestKafka;
  let shuttle: TestShuttle;

  beforeAll(async () => {
    kafka = await TestKafka.start();
    await kafka.createTopic('space', 3);
    shuttle = new TestShuttle(kafka.brokers, { RUN_SESSION: '1' });
    await shuttle.start();
  });

  afterAll(async () => {
    await shuttle?.dispose();
    await kafka?.dispose();
  });

  async function create(body: Readonly<Record<string, unknown>>): Promise<SessionView> {
    const response = await shuttle.request('POST', '/log-sessions', body);
    expect(response.status).toBe(201);
    return (await response.json()) as SessionView;
  }

  it('shows the last lines that Kafka has, then what is produced, of its own app alone', async () => {
    const past = [1, 2, 3, 4].map((number) =>
      appLine('app', 'space', `past ${number}`, `2026-01-01T00:00:0${number}Z`),
    );
    await kafka.produce('space', [...past, appLine('other', 'space', 'not ours')], 0);
    const { id, logplex_url } = await create({ app: 'app', space: 'space', site: '', lines: 2, tail: true });
    expect(logplex_url).toBe(`${shuttle.url}/log-sessions/${id}`);
    const reader = await TextStream.open(logplex_url);
    expect(reader.response.status).toBe(200);
    await reader.until(() => reader.text.includes('past 4'));
    await kafka.produce('space', [appLine('app', 'space', 'now'), appLine('app', 'elsewhere', 'not ours')], 1);
    await reader.until(() => reader.text.includes('now'));
    reader.close();
    expect(reader.text.split('\n')).toEqual([
      '2026-01-01T00:00:03Z app-space app[web.6d4cf56db6-abcde]: past 3',
      '2026-01-01T00:00:04Z app-space app[web.6d4cf56db6-abcde]: past 4',
      '2016-08-24T17:03:20Z app-space app[web.6d4cf56db6-abcde]: now',
      '',
    ]);
  });

  it('with tail false ends after the past', async () => {
    const { logplex_url } = await create({ app: 'app', space: 'space', lines: 100, tail: false });
    const reader = await TextStream.open(logplex_url);
    await reader.until(() => reader.isEnded);
    expect(reader.text).toContain('past 1');
  });

  it('sends its headers before there is any line', async () => {
    const { logplex_url } = await create({ app: 'nobody', space: 'nowhere' });
    const reader = await TextStream.open(logplex_url);
    expect(reader.response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reader.text).toBe('');
    reader.close();
  });

  it('of a site shows the requests to it', async () => {
    const reader = await TextStream.open((await create({ site: 'www.example.com' })).logplex_url);
    const request = 'hostname=app-space.example.com method=GET site_domain=www.example.com site_path=/shop path=/x';
    // The topic is new: it is found within a second and read from its start.
    await kafka.createTopic('alamoweblogs', 1);
    await kafka.produce('alamoweblogs', [request]);
    await reader.until(() => reader.text.includes('host=www.example.com path=/shop'));
    reader.close();
  });

  it('whose id was changed does not exist', async () => {
    const { id } = await create({ app: 'app', space: 'space' });
    const forged = `${id.startsWith('A') ? 'B' : 'A'}${id.slice(1)}`;
    expect((await fetch(`${shuttle.url}/log-sessions/${forged}`)).status).toBe(404);
    expect(shuttle.output).not.toContain(id);
  });

  it.each([
    {},
    { app: 'app' },
    { app: 'app', space: 'space', lines: -1 },
    { app: 'a', space: 'b', tail: 'yes' },
    { site: 5 },
  ])('is refused for %j with 400', async (body) => {
    expect((await shuttle.request('POST', '/log-sessions', body)).status).toBe(400);
  });
});
