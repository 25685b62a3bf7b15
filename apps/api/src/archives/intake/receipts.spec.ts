import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { startTestApp, type TestApp } from '../../../test-support/edge-app.js';
import type { Archive } from '../archive.entity.js';
import type { ReceiptKey } from './receipts.dto.js';
import { Receipts, thumbprint } from './receipts.js';

const FIRST = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6';
const SECOND = 'q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6';

const archive: Archive = {
  id: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
  ticketId: 'ticket',
  tokenId: 'token',
  name: 'Журнал.tar.gz',
  sizeBytes: 1_932_735_283,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  mediaType: 'application/gzip',
  blobKey: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
  state: 'stored',
  isCapture: false,
  uploadedFrom: '203.0.113.7',
  timeCreate: 1_795_000_000_123,
};

/** What somebody finds who has a receipt and the published keys and nothing else. */
function read(receipt: string, keys: readonly ReceiptKey[]) {
  const [head = '', body = '', signature = ''] = receipt.split('.');
  const header: { kid: string } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const key = keys.find(({ kid }) => kid === header.kid);
  const isGood =
    key !== undefined &&
    verify(
      null,
      Buffer.from(`${head}.${body}`),
      createPublicKey({ key: { ...key }, format: 'jwk' }),
      Buffer.from(signature, 'base64url'),
    );
  return { header, isGood, says: JSON.parse(Buffer.from(body, 'base64url').toString()) };
}

describe('Receipts', () => {
  const first = new Receipts(new KeyRing(FIRST));
  const rotated = new Receipts(new KeyRing(SECOND, FIRST));

  it('name the key that signed them, by which anybody can verify them', () => {
    const { header, isGood, says } = read(first.sign(archive, 'SUP-1482'), first.keySet().keys);
    expect(header).toEqual({ alg: 'EdDSA', typ: 'receipt+jwt', kid: first.keySet().keys[0]?.kid });
    expect(isGood).toBe(true);
    expect(says).toEqual({
      ...{ sub: archive.id, ticket: 'SUP-1482', name: archive.name, size: archive.sizeBytes },
      ...{ sha256: archive.sha256, iat: 1_795_000_000 },
    });
  });

  it('of before SECRET_KEY was replaced can be verified while the previous one is set', () => {
    const [old, fresh] = [first.sign(archive, 'SUP-1'), rotated.sign(archive, 'SUP-1')];
    const { keys } = rotated.keySet();
    expect(keys).toHaveLength(2);
    expect(read(fresh, keys)).toMatchObject({ isGood: true, header: { kid: keys[0]?.kid } });
    expect(read(old, keys)).toMatchObject({ isGood: true, header: { kid: keys[1]?.kid } });
    expect(read(old, new Receipts(new KeyRing(SECOND)).keySet().keys).isGood).toBe(false);
  });

  it('publish public keys only, each under its RFC 7638 thumbprint', () => {
    for (const key of rotated.keySet().keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
      expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid: thumbprint(key) });
    }
    // RFC 8037, appendix A.3.
    expect(thumbprint({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })).toBe(
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    );
  });
});

describe('GET /api/v1/receipt-key', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startTestApp({ SECRET_KEY: SECOND, SECRET_KEY_PREVIOUS: FIRST });
  });
  afterAll(() => test.close());

  it('answers the key set to everybody (RFC 7517)', async () => {
    const answer = await test.app.inject({ url: '/api/v1/receipt-key' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/jwk-set\+json\b/);
    expect(answer.json()).toEqual(new Receipts(new KeyRing(SECOND, FIRST)).keySet());
  });
});
