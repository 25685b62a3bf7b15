import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Authority } from '../../libs/shuttle/test-support/certificates.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { LineReceiver } from '../support/line-receiver.js';
import { appLine } from '../support/log-lines.js';
import { TestShuttle } from '../support/shuttle.js';

jest.setTimeout(120_000);

const USER = { username: 'shuttle', password: 'a password of the tests' };
const describeKafka = canRunKafka() && Authority.isPossible ? describe : describe.skip;

describeKafka('Brokers that ask for TLS and SASL', () => {
  let authority: Authority;
  let stranger: Authority;
  let kafka: TestKafka;
  let receiver: LineReceiver;

  beforeAll(async () => {
    [authority, stranger] = [new Authority('the right one'), new Authority('another')];
    const [started, listening] = await Promise.all([
      TestKafka.start({ secure: { ...authority.sign({ name: 'broker' }), ...USER } }),
      LineReceiver.listen(),
    ]);
    [kafka, receiver] = [started, listening];
    await kafka.createTopic('space', 1);
  });

  afterAll(async () => {
    await kafka?.dispose();
    await receiver?.close();
    authority?.dispose();
    stranger?.dispose();
  });

  const shuttleWith = (environment: Record<string, string>) =>
    new TestShuttle(kafka.secureBrokers, {
      KAFKA_TLS: 'true',
      KAFKA_CA: authority.own.cert,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256',
      KAFKA_SASL_USERNAME: USER.username,
      KAFKA_SASL_PASSWORD: USER.password,
      ...environment,
    });

  it.each(['PLAIN', 'SCRAM-SHA-256'])('are read and written with %s', async (mechanism) => {
    const shuttle = shuttleWith({ KAFKA_SASL_MECHANISM: mechanism });
    await shuttle.start();
    await shuttle.addDrain('/apps/app-space/log-drains', receiver.url);
    const event = JSON.parse(appLine('app', 'space', `over TLS, ${mechanism}`)) as unknown;
    expect((await shuttle.request('POST', '/log-events', event)).status).toBe(201);
    await receiver.until((texts) => texts.includes(`over TLS, ${mechanism}`));
    expect(await (await fetch(`${shuttle.url}/octhc`)).text()).toBe('overall_status=good');
    expect(shuttle.output).not.toContain(USER.password);
    await shuttle.dispose();
  });

  it.each([
    ['whose certificate another authority has signed', () => ({ KAFKA_CA: stranger.own.cert })],
    ['that do not know the password', () => ({ KAFKA_SASL_PASSWORD: 'another one' })],
  ])('%s get no line and no password, and the health page says so', async (_name, wrong) => {
    const shuttle = shuttleWith(wrong());
    await shuttle.start();
    const health = await fetch(`${shuttle.url}/octhc`);
    expect([health.status, await health.text()]).toEqual([503, 'overall_status=bad,kafka=bad']);
    const event = JSON.parse(appLine('app', 'space', 'never sent')) as unknown;
    expect((await shuttle.request('POST', '/log-events', event)).status).toBe(503);
    expect(shuttle.output).not.toContain('another one');
    await shuttle.dispose();
  });
});
