import { generate } from 'otplib';
import type { Person } from '../support/people.js';
import { ADMIN } from '../support/server.js';
import type { Actor } from './access-matrix.js';
import type { AccessWorld, Credentials } from './access-world.js';

/** A request that nothing stands against but who makes it. */
export interface PreparedRequest {
  readonly path: string;
  /** The status of the answer to those who may. */
  readonly success: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly raw?: string | FormData;
  /** Somebody else of the same kind asks, because the caller is not the same afterwards. */
  readonly as?: Credentials;
}

type Prepare = (world: AccessWorld, actor: Actor) => PreparedRequest | Promise<PreparedRequest>;

const UNKNOWN_ID = '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11';
const TUS = { 'Tus-Resumable': '1.0.0' };
const CHUNK = { ...TUS, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' };

const get =
  (path: string, success = 200): Prepare =>
  () => ({ path, success });

const ofArchive =
  (suffix: string): Prepare =>
  (world) => ({ path: `/api/v1/archives/${world.archiveId}${suffix}`, success: 200 });

/** For what needs both factors: somebody new, who has a recovery code to spend. */
const withBothFactors =
  (path: string, success: number): Prepare =>
  async (world, actor) => {
    const person = await world.standIn(actor);
    return { path, success, body: factorsOf(person), ...standingIn(person) };
  };

function factorsOf(person: Person | undefined): { password: string; otp: string } {
  return { password: person?.password ?? ADMIN.password, otp: person?.spareCode() ?? '123456' };
}

function standingIn(person: Person | undefined): Pick<PreparedRequest, 'as'> {
  return person ? { as: { Authorization: `Bearer ${person.access}` } } : {};
}

/** The refresh token of a login that nothing else uses. */
async function spareLogin(world: AccessWorld): Promise<string> {
  const response = await fetch(`${world.server.url}/api/v1/auth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  return ((await response.json()) as { refresh: string }).refresh;
}

function form(): FormData {
  const data = new FormData();
  data.set('file', new Blob(['form']), 'form.log');
  return data;
}

/** How each operation is asked for. */
export const ACCESS_REQUESTS: Readonly<Record<string, Prepare>> = {
  'GET /api/v1': get('/api/v1'),
  'GET /api/v1/check/health': get('/api/v1/check/health'),
  'GET /health/live': get('/health/live'),
  'GET /health/ready': get('/health/ready'),
  'GET /api/v1/receipt-key': get('/api/v1/receipt-key'),
  'GET /api/v1/logo': get('/api/v1/logo'),
  // An installation that has a user is set up: for everybody the same.
  'POST /api/v1/setup': () => ({
    path: '/api/v1/setup',
    body: { code: 'unknown', username: 'second', password: ADMIN.password },
    success: 404,
  }),

  'POST /api/v1/auth/token': () => ({ path: '/api/v1/auth/token', body: ADMIN, success: 200 }),
  'POST /api/v1/auth/token/logout': async (world) => ({
    path: '/api/v1/auth/token/logout',
    body: { refresh: await spareLogin(world) },
    success: 204,
  }),
  'POST /api/v1/auth/token/refresh': async (world) => ({
    path: '/api/v1/auth/token/refresh',
    body: { refresh: await spareLogin(world) },
    success: 200,
  }),
  'POST /api/v1/auth/token/verify': (world) => ({
    path: '/api/v1/auth/token/verify',
    body: { token: world.root.access },
    success: 200,
  }),
  'POST /api/v1/auth/invitation': async (world) => ({
    path: '/api/v1/auth/invitation',
    body: { code: (await world.invitation()).code },
    success: 200,
  }),
  'POST /api/v1/auth/invitation/accept': async (world) => {
    const { code } = await world.invitation();
    const { secret } = await world.root.expect<{ secret: string }>(200, 'POST', '/api/v1/auth/invitation', { code });
    const body = { code, password: 'seven quiet herons at dawn', otp: await generate({ secret }) };
    return { path: '/api/v1/auth/invitation/accept', body, success: 201 };
  },

  'GET /api/v1/auth/me': get('/api/v1/auth/me'),
  'PATCH /api/v1/auth/me': () => ({ path: '/api/v1/auth/me', body: { locale: 'en' }, success: 200 }),
  'POST /api/v1/auth/password': async (world, actor) => {
    const person = await world.standIn(actor);
    const password = person?.password ?? ADMIN.password;
    // The same again: it stays good for the other rows.
    return {
      path: '/api/v1/auth/password',
      body: { password, new_password: password },
      success: 204,
      ...standingIn(person),
    };
  },
  'GET /api/v1/auth/sessions': get('/api/v1/auth/sessions'),
  'DELETE /api/v1/auth/sessions/{id}': get(`/api/v1/auth/sessions/${UNKNOWN_ID}`, 404),
  'POST /api/v1/auth/2fa/setup': withBothFactors('/api/v1/auth/2fa/setup', 200),
  'POST /api/v1/auth/2fa/confirm': async (world, actor) => {
    const path = '/api/v1/auth/2fa/confirm';
    const person = await world.standIn(actor);
    // Nothing is being set up: the question comes through, and there is nothing to confirm.
    if (!person) return { path, body: { otp: '123456' }, success: 409 };
    const { secret } = await person.expect<{ secret: string }>(
      200,
      'POST',
      '/api/v1/auth/2fa/setup',
      factorsOf(person),
    );
    return { path, body: { otp: await generate({ secret }) }, success: 200, ...standingIn(person) };
  },
  'POST /api/v1/auth/2fa/verify': async (world, actor) => {
    const person = await world.standIn(actor);
    const { otp } = factorsOf(person);
    return { path: '/api/v1/auth/2fa/verify', body: { otp }, success: 200, ...standingIn(person) };
  },
  'POST /api/v1/auth/2fa/recovery-codes': withBothFactors('/api/v1/auth/2fa/recovery-codes', 200),
  'DELETE /api/v1/auth/2fa': withBothFactors('/api/v1/auth/2fa', 204),
  'GET /api/v1/auth/api-keys': get('/api/v1/auth/api-keys'),
  'POST /api/v1/auth/api-keys': () => ({
    path: '/api/v1/auth/api-keys',
    body: { label: 'matrix', scopes: ['read'] },
    success: 201,
  }),
  'DELETE /api/v1/auth/api-keys/{id}': get(`/api/v1/auth/api-keys/${UNKNOWN_ID}`, 404),

  'GET /api/v1/users': get('/api/v1/users'),
  'POST /api/v1/users': (world) => ({
    path: '/api/v1/users',
    body: { username: world.unique('user'), role: 'viewer' },
    success: 201,
  }),
  'GET /api/v1/users/{username}': get('/api/v1/users/root'),
  'PATCH /api/v1/users/{username}': async (world) => {
    const { username } = await world.invitation();
    return { path: `/api/v1/users/${username}`, body: { role: 'staff' }, success: 200 };
  },
  'DELETE /api/v1/users/{username}': async (world) => ({
    path: `/api/v1/users/${(await world.invitation()).username}`,
    success: 204,
  }),
  'DELETE /api/v1/users/{username}/2fa': async (world) => ({
    path: `/api/v1/users/${(await world.invitation()).username}/2fa`,
    success: 200,
  }),
  'POST /api/v1/users/{username}/invitation': async (world) => ({
    path: `/api/v1/users/${(await world.invitation()).username}/invitation`,
    success: 201,
  }),
  'GET /api/v1/audit': get('/api/v1/audit?limit=1'),

  'GET /api/v1/platforms': get('/api/v1/platforms'),
  'POST /api/v1/platforms': (world) => ({
    path: '/api/v1/platforms',
    body: { name: world.unique('made'), pretty_name: 'Made' },
    success: 201,
  }),
  'GET /api/v1/platforms/{name}': get('/api/v1/platforms/base'),
  'PATCH /api/v1/platforms/{name}': () => ({
    path: '/api/v1/platforms/base',
    body: { pretty_name: 'Base' },
    success: 200,
  }),
  'PUT /api/v1/platforms/{name}': () => ({
    path: '/api/v1/platforms/base',
    body: { name: 'base', pretty_name: 'Base' },
    success: 200,
  }),
  'DELETE /api/v1/platforms/{name}': async (world) => ({
    path: `/api/v1/platforms/${await world.platform()}`,
    success: 204,
  }),

  'GET /api/v1/tickets': get('/api/v1/tickets'),
  'POST /api/v1/tickets': (world) => ({
    path: '/api/v1/tickets',
    body: { number: world.unique('N'), platform: 'base' },
    success: 201,
  }),
  'POST /api/v1/tickets/resolve': () => ({
    path: '/api/v1/tickets/resolve',
    body: { numbers: ['BASE'], resolved: false },
    success: 200,
  }),
  'GET /api/v1/tickets/{number}': get('/api/v1/tickets/BASE'),
  'PATCH /api/v1/tickets/{number}': () => ({ path: '/api/v1/tickets/BASE', body: { note: 'n' }, success: 200 }),
  'PUT /api/v1/tickets/{number}': () => ({
    path: '/api/v1/tickets/BASE',
    body: { number: 'BASE', platform: 'base' },
    success: 200,
  }),
  'DELETE /api/v1/tickets/{number}': async (world) => ({
    path: `/api/v1/tickets/${(await world.ticket()).number}`,
    success: 204,
  }),
  'GET /api/v1/tickets/{number}/tokens': get('/api/v1/tickets/BASE/tokens'),
  'POST /api/v1/tickets/{number}/tokens': async (world) => ({
    path: `/api/v1/tickets/${(await world.ticket()).number}/tokens`,
    body: { label: 'second' },
    success: 201,
  }),
  'GET /api/v1/tickets/{number}/uploads': get('/api/v1/tickets/BASE/uploads'),
  'GET /api/v1/tickets/{number}/timeline': get('/api/v1/tickets/BASE/timeline'),
  'GET /api/v1/tokens/{id}': async (world) => ({ path: `/api/v1/tokens/${await world.tokenId()}`, success: 200 }),
  'PATCH /api/v1/tokens/{id}': async (world) => ({
    path: `/api/v1/tokens/${await world.tokenId()}`,
    body: { attempts: 3 },
    success: 200,
  }),
  'DELETE /api/v1/tokens/{id}': async (world) => ({ path: `/api/v1/tokens/${await world.tokenId()}`, success: 204 }),

  'GET /api/v1/archives': get('/api/v1/archives'),
  'GET /api/v1/archives/{archive}': ofArchive(''),
  'DELETE /api/v1/archives/{archive}': async (world) => ({
    path: `/api/v1/archives/${await world.archive()}`,
    success: 204,
  }),
  'GET /api/v1/archives/{archive}/download': ofArchive('/download'),
  'HEAD /api/v1/archives/{archive}/download': ofArchive('/download'),
  'GET /archives/download/{ticket}/{name}': get('/archives/download/BASE/base.log'),
  'HEAD /archives/download/{ticket}/{name}': get('/archives/download/BASE/base.log'),
  'GET /download/archives/{ticket}/{name}': get('/download/archives/BASE/base.log'),
  'HEAD /download/archives/{ticket}/{name}': get('/download/archives/BASE/base.log'),
  'GET /api/v1/events': get('/api/v1/events'),
  'POST /api/v1/self-test': () => ({ path: '/api/v1/self-test', success: 409 }),
  'GET /api/v1/storage': get('/api/v1/storage'),
  'GET /api/v1/storage/history': get('/api/v1/storage/history'),
  'GET /api/v1/check/storage': get('/api/v1/check/storage'),

  // Without a shuttle the question comes through, and there is nobody to ask.
  'GET /api/v1/drains': get('/api/v1/drains', 404),
  'GET /api/v1/drains/status': get('/api/v1/drains/status'),
  'GET /api/v1/drains/tail': get('/api/v1/drains/tail?site=www.example.com', 404),
  'POST /api/v1/drains': () => ({
    path: '/api/v1/drains',
    body: { site: 'www.example.com', url: 'https://logs.example.com/' },
    success: 404,
  }),
  'GET /api/v1/drains/{id}': get(`/api/v1/drains/${UNKNOWN_ID}`, 404),
  'PATCH /api/v1/drains/{id}': () => ({ path: `/api/v1/drains/${UNKNOWN_ID}`, body: { paused: true }, success: 404 }),
  'DELETE /api/v1/drains/{id}': get(`/api/v1/drains/${UNKNOWN_ID}`, 404),
  'POST /api/v1/drains/{id}/test': get(`/api/v1/drains/${UNKNOWN_ID}/test`, 404),
  'POST /api/v1/tickets/{number}/captures': () => ({
    path: '/api/v1/tickets/BASE/captures',
    body: { site: 'www.example.com', duration_seconds: 60 },
    success: 404,
  }),
  'GET /api/v1/captures': get('/api/v1/captures'),
  'GET /api/v1/captures/{id}': get(`/api/v1/captures/${UNKNOWN_ID}`, 404),
  'POST /api/v1/captures/{id}/stop': get(`/api/v1/captures/${UNKNOWN_ID}/stop`, 404),
  'DELETE /api/v1/captures/{id}': get(`/api/v1/captures/${UNKNOWN_ID}`, 404),
  'POST /api/v1/archives/{archive}/replays': (world) => ({
    path: `/api/v1/archives/${world.archiveId}/replays`,
    body: { drain_id: UNKNOWN_ID },
    success: 404,
  }),
  'GET /api/v1/replays': get('/api/v1/replays'),
  'GET /api/v1/replays/{id}': get(`/api/v1/replays/${UNKNOWN_ID}`, 404),
  'DELETE /api/v1/replays/{id}': get(`/api/v1/replays/${UNKNOWN_ID}`, 404),

  'GET /api/v1/check/token': get('/api/v1/check/token'),
  'GET /api/v1/check/token/{token}': (world) => ({ path: `/api/v1/check/token/${world.uploadToken}`, success: 200 }),
  'POST /api/v1/archives': () => ({ path: '/api/v1/archives', raw: form(), success: 201 }),
  'PUT /api/v1/archives': () => ({ path: '/api/v1/archives', raw: 'stream', success: 201 }),
  'PUT /api/v1/archives/{archive}': (world) => ({
    path: `/api/v1/archives/${world.unique('put')}.log`,
    raw: 'file',
    success: 201,
  }),
  'OPTIONS /api/v1/uploads': get('/api/v1/uploads', 204),
  'POST /api/v1/uploads': () => ({
    path: '/api/v1/uploads',
    headers: { ...TUS, 'Upload-Length': '4' },
    success: 201,
  }),
  'POST /api/v1/uploads/{id}': async (world) => ({
    path: await world.upload(),
    headers: { ...CHUNK, 'X-HTTP-Method-Override': 'PATCH' },
    raw: 'four',
    success: 204,
  }),
  'PATCH /api/v1/uploads/{id}': async (world) => ({
    path: await world.upload(),
    headers: CHUNK,
    raw: 'four',
    success: 204,
  }),
  'HEAD /api/v1/uploads/{id}': async (world) => ({ path: await world.upload(), headers: TUS, success: 200 }),
  'GET /api/v1/uploads/{id}': async (world) => ({ path: await world.upload(), success: 200 }),
  'DELETE /api/v1/uploads/{id}': async (world) => ({ path: await world.upload(), headers: TUS, success: 204 }),
};
