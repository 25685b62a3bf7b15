import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { commandsOf, runInShell, shellBlocks } from '../support/documented-shell.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { appLine } from '../support/log-lines.js';
import { AUTH_KEY, TestShuttle } from '../support/shuttle.js';
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

  it('that listens before there is any log misses not even its first line', async () => {
    const { logplex_url } = await create({ app: 'early', space: 'space', tail: true, announce: true });
    const reader = await TextStream.open(logplex_url);
    await reader.until(() => reader.text.includes(': listening'));
    await kafka.createTopic('space', 3);
    await kafka.produce('space', [appLine('early', 'space', 'the first')]);
    await reader.until(() => reader.text.includes('the first'));
    reader.close();
  });

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

  it('does not wait for a record after the last, where that is the mark of a transaction', async () => {
    await kafka.createTopic('transactions', 1);
    await kafka.produceInTransaction('transactions', appLine('careful', 'space', 'in a transaction'));
    const { logplex_url } = await create({ app: 'careful', space: 'space', lines: 10, tail: false });
    const startedAt = performance.now();
    const reader = await TextStream.open(logplex_url);
    await reader.until(() => reader.isEnded);
    expect(reader.text).toContain('in a transaction');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('shows all lines of the past that were asked for, the newest too, where they are more than a reader takes at once', async () => {
    const count = 3_000;
    const past = Array.from({ length: count }, (_, number) =>
      appLine('large', 'space', `past ${number} ${'x'.repeat(1_000)}`),
    );
    for (let from = 0; from < count; from += 500) await kafka.produce('space', past.slice(from, from + 500), 0);
    const { logplex_url } = await create({ app: 'large', space: 'space', lines: count, tail: false });
    const reader = await TextStream.open(logplex_url);
    await reader.until(() => reader.isEnded);
    const numbers = [...reader.text.matchAll(/: past (\d+) /g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: count }, (_, number) => number));
    expect(reader.text).not.toContain('left out');
  });

  it('sends its headers before there is any line', async () => {
    // Clients of the former shuttle may write out what they leave open.
    const { logplex_url } = await create({ app: 'nobody', space: 'nowhere', site: null, lines: null, tail: null });
    const reader = await TextStream.open(logplex_url);
    expect(reader.response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reader.text).toBe('');
    reader.close();
  });

  it('tells from when on nothing is missed, where it is asked to', async () => {
    const { logplex_url } = await create({ app: 'announced', space: 'space', announce: true });
    const reader = await TextStream.open(logplex_url);
    await reader.until(() => reader.text.length > 0);
    expect(reader.text).toBe(': listening\n');
    await kafka.produce('space', [appLine('announced', 'space', 'first')], 0);
    await reader.until(() => reader.text.includes('first'));
    reader.close();
  });

  it('that is announced waits for whoever reads it slowly, and leaves nothing out', async () => {
    const { logplex_url } = await create({ app: 'slow', space: 'space', announce: true });
    const body = (await fetch(logplex_url)).body?.getReader();
    const read = async () => Buffer.from((await body?.read())?.value ?? []).toString();
    let text = await read();
    // More than all buffers on the way hold.
    for (let turn = 0; turn < 20; turn += 1) {
      const lines = Array.from({ length: 10 }, (_, index) => `${10 * turn + index} ${'x'.repeat(90_000)}`);
      await kafka.produce(
        'space',
        lines.map((line) => appLine('slow', 'space', line)),
        1,
      );
    }
    await delay(500);
    const pieces = [text];
    for (let count = 0; count < 200; count += text.split('\n').length - 1) {
      text = await read();
      pieces.push(text);
    }
    const lines = pieces.join('').split('\n').slice(0, -1);
    expect(lines.filter((line) => line.startsWith(':'))).toEqual([': listening']);
    const numbers = lines.slice(1).map((line) => Number(/: (\d+) x/.exec(line)?.[1]));
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, number) => number));
    await body?.cancel();
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

  it('that nobody reads, and a request that never ends, are not waited for at the end of the process', async () => {
    const own = new TestShuttle(kafka.brokers, { RUN_SESSION: '1' });
    await own.start();
    const response = await own.request('POST', '/log-sessions', { app: 'flood', space: 'space' });
    const { id } = (await response.json()) as SessionView;
    const [deaf, mute] = [connect(own.port, '127.0.0.1').pause(), connect(own.port, '127.0.0.1')];
    deaf.write(`GET /log-sessions/${id} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    mute.on('error', () => undefined);
    mute.write(`POST /log-events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${AUTH_KEY}\r\n`);
    mute.write('Content-Length: 100\r\n\r\n{');
    await delay(1_500);
    for (let turn = 0; turn < 20; turn += 1) {
      await kafka.produce(
        'space',
        Array.from({ length: 10 }, () => appLine('flood', 'space', 'x'.repeat(90_000))),
        2,
      );
    }
    const startedAt = performance.now();
    expect(await own.stop()).toMatchObject({ code: 0 });
    // Far from the minute that a reader has else.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    for (const socket of [deaf, mute]) socket.destroy();
    await own.dispose();
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
    { app: 'a', space: 'b', announce: 'yes' },
    { site: 5 },
  ])('is refused for %j with 400', async (body) => {
    expect((await shuttle.request('POST', '/log-sessions', body)).status).toBe(400);
  });

  it('and all else that docs/shuttle.md shows with curl works as it is written there', async () => {
    const variables: Record<string, string> = { AUTH_KEY };
    const run = async (command: string) => {
      const printed = await runInShell(
        `curl() { command curl -sS -w '\\n%{http_code}' "$@"; }\n${command.replaceAll('http://localhost:5000', shuttle.url)}`,
        variables,
      );
      const [body = '', status] = printed.split(/\n(?=\d{3}$)/);
      return { status: Number(status), body };
    };
    const commands = shellBlocks('docs/shuttle.md').flatMap((block) => commandsOf(block, 'curl'));
    const [add = '', list = '', show = '', createSession = '', watch = '', sendEvent = '', ...more] = commands;
    expect(more).toEqual([]);
    const added = await run(add);
    expect(added.status).toBe(201);
    variables.ID = (JSON.parse(added.body) as { id: string }).id;
    expect(await run(list)).toEqual({ status: 200, body: `[${added.body}]` });
    expect(await run(show)).toEqual({ status: 200, body: added.body });
    expect(await run(show.replace('#', '-X DELETE #'))).toEqual({ status: 200, body: added.body });
    expect(await run(show)).toMatchObject({ status: 404 });
    expect((await run(sendEvent)).status).toBe(201);
    const created = await run(createSession.replace('"tail":true', '"tail":false'));
    expect(created.status).toBe(201);
    variables.LOGPLEX_URL = (JSON.parse(created.body) as SessionView).logplex_url;
    expect(await run(watch)).toEqual({
      status: 200,
      body: expect.stringMatching(/^\S+Z myapp-myspace app\[web\.controller\]: deployed\n$/),
    });
  });
});

describe.each(['README.md', 'README-ru.md', 'docs/shuttle.md'])('The start of the shuttle in %s', (page) => {
  const itHere = hasCapability('openssl') ? it : it.skip;
  itHere('leaves the key in the shell, as every request afterwards needs it', async () => {
    const start = shellBlocks(page).find((block) => /npm run shuttle(?!:)/.test(block));
    const printed = await runInShell(`npm() { :; }\n${start}\nprintenv AUTH_KEY`, {}).catch(() => 'nothing');
    expect(printed.trim().split('\n').at(-1)).toMatch(/^[0-9a-f]{64}$/);
  });
});
