import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ACCESS_MATRIX, ACTORS, type Actor, expectedOutcomes, OUTCOMES, POLICIES } from './access-matrix.js';
import { ACCESS_REQUESTS, type PreparedRequest } from './access-requests.js';
import { AccessWorld, type Credentials } from './access-world.js';

jest.setTimeout(120_000);

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
type Security = readonly Readonly<Record<string, unknown>>[];
const document: { paths: Record<string, Record<string, { security: Security }>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../apps/api/openapi.json'), 'utf8'),
);
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
);

describe('The access matrix', () => {
  it('has a row for every operation of the API, and no other', () => {
    expect([...ACCESS_MATRIX.keys()].sort()).toEqual([...operations].sort());
  });

  it.each(operations)('%s: the document names the credentials that the matrix lets in', (operation) => {
    const [method = '', path = ''] = operation.split(' ');
    const named = (document.paths[path]?.[method.toLowerCase()]?.security ?? []).flatMap(Object.keys);
    const outcomes = expectedOutcomes(operation, 'sensitive');
    const isAllowed = (actors: readonly Actor[]): boolean => actors.some((actor) => outcomes[actor] === 'allowed');
    if (isAllowed(['anonymous'])) expect(named).toEqual([]);
    else {
      expect(named.includes('upload_token')).toBe(isAllowed(['upload token']));
      expect(named.includes('bearer')).toBe(isAllowed(['viewer', 'staff', 'admin']));
      expect(named.includes('cookie')).toBe(named.includes('bearer'));
      expect(named.includes('api_key')).toBe(isAllowed(ACTORS.filter((actor) => actor.startsWith('key: '))));
    }
  });

  it('knows how to ask for every operation', () => {
    expect(Object.keys(ACCESS_REQUESTS).sort()).toEqual([...operations].sort());
  });
});

describe.each(POLICIES)('Access under TWO_FACTOR_POLICY=%s', (policy) => {
  let world: AccessWorld;

  beforeAll(async () => {
    world = await AccessWorld.create(policy);
  });
  afterAll(() => world.server.dispose());

  it.each(operations)('%s', async (operation) => {
    const outcomes: Record<string, string> = {};
    for (const actor of ACTORS) outcomes[actor] = await outcomeOf(operation, actor);
    expect(outcomes).toEqual(expectedOutcomes(operation, policy));
  });

  async function outcomeOf(operation: string, actor: Actor): Promise<string> {
    const request = await ACCESS_REQUESTS[operation]?.(world, actor);
    if (!request) return 'nobody knows how to ask';
    const method = operation.split(' ')[0] ?? '';
    const credentials = request.as ?? world.credentialsOf(actor);
    const response = await send(method, request, credentials);
    // HEAD has no body to say why; the same GET has.
    const isRefusedHead = method === 'HEAD' && response.status >= 400;
    const told = isRefusedHead ? await send('GET', request, credentials) : response;
    if (isRefusedHead && told.status !== response.status) return `HEAD ${response.status}, GET ${told.status}`;
    if (told.status === request.success) return 'allowed';
    const { code = '' } = (await told.json().catch(() => ({}))) as { code?: string };
    const isRefusal = [401, 403].includes(told.status) && Object.values(OUTCOMES).includes(code);
    return isRefusal ? code : `${told.status} ${code}`;
  }

  async function send(method: string, request: PreparedRequest, credentials: Credentials): Promise<Response> {
    const { body, raw, headers } = request;
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const stop = new AbortController();
    const response = await fetch(`${world.server.url}${request.path}`, {
      method,
      redirect: 'manual',
      signal: stop.signal,
      headers: { ...credentials, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(content === undefined ? {} : { body: content }),
    });
    // A stream of events has no end of its own: that it began is all that is asked here.
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) stop.abort();
    return response;
  }
});
