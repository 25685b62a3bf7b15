import { afterEach, describe, expect, it } from '@jest/globals';
import { type AuthApp, startAuthApp } from '../../test-support/auth-app.js';

describe("A ticket's place in the help desk", () => {
  let test: AuthApp;

  afterEach(() => test.close());

  /** Also when a client writes back all that it read. */
  async function helpDeskUrl(environment: Readonly<Record<string, string>>): Promise<unknown> {
    test = await startAuthApp('sqlite', environment);
    const { token } = await test.administrator();
    await test.post('/api/v1/platforms', { name: 'vm', pretty_name: 'VM' }, token);
    const made = await test.post<object>('/api/v1/tickets', { number: 'SUP-1', platform: 'vm' }, token);
    const { body } = await test.request<{ help_desk_url: unknown }>('PATCH', '/api/v1/tickets/SUP-1', {
      token,
      body: made.body,
    });
    return body.help_desk_url;
  }

  it('is told where HELP_DESK_URL says it', async () => {
    const url = await helpDeskUrl({ HELP_DESK_URL: 'https://help.example.com/tickets/{number}' });
    expect(url).toBe('https://help.example.com/tickets/SUP-1');
  });

  it('is nothing where nothing is set', async () => {
    expect(await helpDeskUrl({})).toBeNull();
  });
});
