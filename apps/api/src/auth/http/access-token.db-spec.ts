import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { AuthApp, PASSWORD, type Person, startAuthApp, startOn } from '../../../test-support/auth-app.js';
import { createTestDatabase } from '../../../test-support/test-databases.js';

jest.setTimeout(120_000);

type Claims = Readonly<Record<string, unknown>>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Claims => JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));

describe('Forged access tokens (RFC 8725, ASVS 5.0.0-9)', () => {
  let test: AuthApp;
  let admin: Person;
  let header: Claims;
  let payload: Claims;
  let key: Buffer;

  beforeAll(async () => {
    test = await startAuthApp();
    admin = await test.administrator();
    const [first, second] = admin.token.split('.');
    [header, payload] = [decode(first), decode(second)];
    key = test.app.get(KeyRing).key('access-token');
  });

  afterAll(() => test.close());

  const hmac = (text: string, secret: Buffer | string, hash = 'sha256'): string =>
    createHmac(hash, secret).update(text).digest('base64url');

  function forge(changes: { header?: Claims; payload?: Claims; secret?: Buffer | string; hash?: string }): string {
    const text = `${encode({ ...header, ...changes.header })}.${encode({ ...payload, ...changes.payload })}`;
    return `${text}.${hmac(text, changes.secret ?? key, changes.hash)}`;
  }

  async function expectRefused(token: string): Promise<void> {
    for (const path of ['/api/v1/auth/me', '/api/v1/users']) {
      const { status, body, headers } = await test.get(path, token);
      expect([status, body.code]).toEqual([401, 'invalid_token']);
      expect(headers['www-authenticate']).toBe('Bearer realm="logs-collector", error="invalid_token"');
    }
    expect((await test.post('/api/v1/auth/token/verify', { token })).status).toBe(401);
  }

  it('has a forger that makes a right one, so that the refusals below mean something', async () => {
    expect((await test.get('/api/v1/auth/me', forge({}))).status).toBe(200);
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.any(String) });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(600);
  });

  it.each(['none', 'None', 'NONE', 'nOnE'])('alg %s, without and with a signature', async (alg) => {
    const text = `${encode({ ...header, alg })}.${encode(payload)}`;
    await expectRefused(`${text}.`);
    await expectRefused(`${text}.${hmac(text, key)}`);
  });

  it('an RSA signature, and an HMAC with the public key (RS256/HS256 confusion)', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const text = `${encode({ ...header, alg: 'RS256' })}.${encode(payload)}`;
    await expectRefused(`${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`);
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await expectRefused(forge({ secret: pem }));
    await expectRefused(forge({ header: { alg: 'RS256' }, secret: pem }));
  });

  it.each([
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])('the right key with %s, which is not pinned', async (alg, hash) => {
    await expectRefused(forge({ header: { alg }, hash }));
  });

  it.each(['', 'secret', '../../dev/null', "' OR 1=1 --"])(
    'the kid %j, with the key that it might lead to',
    async (kid) => {
      await expectRefused(forge({ header: { kid }, secret: kid || 'x' }));
      await expectRefused(forge({ header: { kid }, secret: Buffer.alloc(32) }));
    },
  );

  it('a key that the token brings along (jwk, jku, x5u)', async () => {
    const jwk = { kty: 'oct', k: Buffer.from('attacker').toString('base64url') };
    const more = { jwk, jku: 'http://attacker.example/keys', x5u: 'http://attacker.example/x5u' };
    await expectRefused(forge({ header: more, secret: 'attacker' }));
  });

  it('no signature, a shortened one, one of another token, other parts', async () => {
    const [first = '', second = '', third = ''] = admin.token.split('.');
    const wrong = [
      `${first}.${second}.`,
      `${first}.${second}`,
      `${first}.${second}.${third.slice(0, -4)}`,
      `${first}.${encode({ ...payload, sub: 'somebody else' })}.${third}`,
      `${first}.${second}.${third}.${third}`,
      '..',
      '.',
      'nonsense',
    ];
    for (const token of wrong) await expectRefused(token);
    expect((await test.request('GET', '/api/v1/auth/me', { headers: { authorization: 'Bearer' } })).status).toBe(401);
  });

  it.each([
    ['another issuer', { iss: 'somebody' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'somebody' }],
    ['another kind', { typ: 'refresh' }],
    ['no kind', { typ: undefined }],
    ['no session', { sid: undefined }],
    ['an unknown session', { sid: '0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11' }],
    ['another user than the session’s', { sub: '0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11' }],
    ['no end', { exp: undefined }],
    ['an end in the past', { exp: 1 }],
    ['an end that is no number', { exp: '9999999999' }],
    ['a beginning in the future', { nbf: 99_999_999_999 }],
  ] as const)('rightly signed, with %s', (_name, changes) => expectRefused(forge({ payload: changes })));

  it('the key of another purpose', () => expectRefused(forge({ secret: test.app.get(KeyRing).key('secret-lookup') })));

  it('a right one, ten minutes later', async () => {
    test.advance(600_000);
    await expectRefused(admin.token);
  });
});

describe('Access tokens when SECRET_KEY changes', () => {
  it('made with the previous key are accepted, made with a third are not', async () => {
    const [first, second, third] = [
      'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6',
      'q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6',
      'z1X2c3V4b5N6m7A8s9D0f1G2h3J4k5L6',
    ] as const;
    const shared = await createTestDatabase('sqlite');
    const before = await startOn(shared, { SECRET_KEY: first });
    await before.setUp();
    const { body } = await before.login('root-user', PASSWORD);
    const DATA_DIR = before.directory;
    await before.app.close();
    const rotated = await startOn(shared, { DATA_DIR, SECRET_KEY: second, SECRET_KEY_PREVIOUS: first });
    expect((await rotated.get('/api/v1/auth/me', body.access)).status).toBe(200);
    const renewed = await rotated.refresh(body.refresh);
    expect((await rotated.get('/api/v1/auth/me', renewed.body.access)).status).toBe(200);
    await rotated.app.close();
    const later = await startOn(shared, { DATA_DIR, SECRET_KEY: third, SECRET_KEY_PREVIOUS: second });
    expect((await later.get('/api/v1/auth/me', body.access)).status).toBe(401);
    expect((await later.get('/api/v1/auth/me', renewed.body.access)).status).toBe(200);
    await later.close();
    await shared.drop();
  });
});
