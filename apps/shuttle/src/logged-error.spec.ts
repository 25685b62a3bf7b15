import { expect, it } from '@jest/globals';
import { Admin } from '@platformatic/kafka';
import { freePort } from '../../../scripts/test-support/free-port.js';
import { loggedError } from './logged-error.js';

async function failureAt(broker: string): Promise<unknown> {
  const admin = new Admin({ clientId: 'tests', bootstrapBrokers: [broker], retries: 0 });
  try {
    return await admin.listTopics().catch((error: unknown) => error);
  } finally {
    await admin.close();
  }
}

it('a failure of the Kafka client is logged with what is behind it, not only with what was tried', async () => {
  const port = await freePort();
  expect(loggedError(await failureAt(`127.0.0.1:${port}`))).toMatchObject({
    message: 'Listing topics failed.',
    reasons: [`connect ECONNREFUSED 127.0.0.1:${port}`],
  });
});

it('an answer of the brokers that refuses is logged by its name in the protocol, once however many partitions it is about', () => {
  const refusal = () =>
    Object.assign(new Error('The coordinator is not aware of this member.'), {
      ...{ code: 'PLT_KFK_PROTOCOL', apiId: 'UNKNOWN_MEMBER_ID' },
    });
  const failure = new AggregateError([new AggregateError([refusal(), refusal()])], 'Altering failed.');
  expect(loggedError(Object.assign(failure, { code: 'PLT_KFK_MULTIPLE' }))).toMatchObject({
    reasons: ['The coordinator is not aware of this member. (UNKNOWN_MEMBER_ID)'],
  });
});

it.each([
  Object.assign(new Error('query failed'), { code: '23505', cause: new Error("INSERT … 'secret'") }),
  new AggregateError([new Error('secret')], 'several'),
])('what is behind any other error stays out of the log: it may carry parameters of statements', (error) => {
  expect(JSON.stringify(loggedError(error))).not.toContain('secret');
});
