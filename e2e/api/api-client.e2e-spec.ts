import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type ApiClient, createApiClient } from '@logs-collector/api-client/client';
import { generate } from 'otplib';
import { ADMIN, TestServer } from '../support/server.js';

jest.setTimeout(120_000);

let server: TestServer;
let access: string | undefined;
let client: ApiClient;

beforeAll(async () => {
  server = await TestServer.start();
  client = createApiClient({ baseUrl: server.url, accessToken: () => access });
});
afterAll(() => server.dispose());

it('drives the main story: login, second factor, platform, ticket, list, delete', async () => {
  const login = await client.POST('/api/v1/auth/token', { body: { ...ADMIN } });
  access = login.data?.access ?? undefined;
  const offered = await client.POST('/api/v1/auth/2fa/setup', { body: {} });
  const otp = await generate({ secret: offered.data?.secret ?? '' });
  const confirmed = await client.POST('/api/v1/auth/2fa/confirm', { body: { otp } });
  expect(confirmed.data?.recovery_codes).toHaveLength(10);
  access = confirmed.data?.access ?? undefined;

  const platform = await client.POST('/api/v1/platforms', { body: { name: 'vm-6', pretty_name: 'VM 6' } });
  expect(platform.data?.name).toBe('vm-6');
  const made = await client.POST('/api/v1/tickets', { body: { number: 'SUP-1', platform: 'vm-6', attempts: 3 } });
  expect([made.response.status, made.data?.attempts]).toEqual([201, 3]);

  const listed = await client.GET('/api/v1/tickets', { params: { query: { platform: 'vm-6', limit: 10 } } });
  const numbers: string[] = (listed.data ?? []).map(({ number }) => number);
  expect([numbers, listed.response.headers.get('x-total-count')]).toEqual([['SUP-1'], '1']);

  const params = { path: { number: 'SUP-1' } };
  expect((await client.DELETE('/api/v1/tickets/{number}', { params })).response.status).toBe(204);
  const gone = await client.GET('/api/v1/tickets/{number}', { params });
  expect([gone.data, gone.error?.code]).toEqual([undefined, 'ticket_not_found']);
});

/** Never run: the compiler reads it, and `pnpm typecheck` fails where one of these mistakes compiles. */
export async function mistakes(): Promise<void> {
  // @ts-expect-error There is no such path.
  await client.GET('/api/v1/ticket');
  // @ts-expect-error A platform is missing.
  await client.POST('/api/v1/tickets', { body: { number: 'SUP-1' } });
  // @ts-expect-error There is no such field.
  await client.POST('/api/v1/tickets', { body: { number: 'SUP-1', platform: 'vm-6', atempts: 3 } });
  // @ts-expect-error A number is no text.
  await client.PATCH('/api/v1/tickets/{number}', { params: { path: { number: 'SUP-1' } }, body: { note: 1 } });
  // @ts-expect-error The number of the ticket is missing.
  await client.GET('/api/v1/tickets/{number}', {});
  // @ts-expect-error There is no such role.
  await client.POST('/api/v1/users', { body: { username: 'anna', role: 'root' } });
  const { data, error } = await client.GET('/api/v1/tickets/{number}', { params: { path: { number: 'SUP-1' } } });
  // @ts-expect-error A ticket has no such field.
  data?.numbr;
  // @ts-expect-error Viewers see no token: null has to be reckoned with.
  data?.token.length;
  // @ts-expect-error There is no such code.
  if (error?.code === 'no_such_code') return;
}
