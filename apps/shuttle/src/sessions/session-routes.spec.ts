import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import type { FastifyInstance } from 'fastify';
import { createServer } from '../http/server.js';
import { createLog } from '../log.js';
import type { SessionHub } from './session-hub.js';
import { addSessionRoutes } from './session-routes.js';
import { SessionTickets } from './session-tickets.js';

const KEY = 'key';

describe('A session that is created', () => {
  const tickets = new SessionTickets(new KeyRing('a secret key of 32 bytes or more, for tests'));
  let server: FastifyInstance;

  beforeEach(() => {
    const log = createLog('silent');
    server = createServer(KEY, log);
    addSessionRoutes(server, { tickets, hub: {} as SessionHub, baseUrl: undefined, log });
  });

  afterEach(() => server.close());

  const create = (host: string) =>
    server.inject({
      method: 'POST',
      url: '/log-sessions',
      headers: { authorization: KEY, host },
      payload: JSON.stringify({ app: 'app', space: 'space', site: null, lines: null, tail: null }),
    });

  it('has what was left open, or written out as null, by default', async () => {
    const { id } = (await create('shuttle:5000')).json<{ id: string }>();
    expect(tickets.open(id)).toMatchObject({
      destination: { kind: 'app', app: 'app', space: 'space' },
      ...{ lines: 0, isTail: true, isAnnounced: false },
    });
  });

  it.each(['shuttle:5000', 'log_shuttle:5000', '[::1]:5000'])(
    'has its URL at the host %s of the request',
    async (host) => {
      const { id, logplex_url } = (await create(host)).json<{ id: string; logplex_url: string }>();
      expect(logplex_url).toBe(`http://${host}/log-sessions/${id}`);
    },
  );

  it.each(['shuttle/x', 'user@shuttle', 'a"b', 'shuttle?x'])('is none for the host %s, which is none', async (host) => {
    expect((await create(host)).statusCode).toBe(400);
  });
});
