import { describe, expect, it } from '@jest/globals';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import { Drain } from '../database/drain.entity.js';
import { SealedDrains } from './sealed-drains.js';

const FORMER = 'the former key, of 32 bytes and more, for tests';
const PRESENT = 'the present key, of 32 bytes and more, for tests';
const URL_TEXT = 'https://user:url-canary@logs.example.com/';
const TLS = { ca: 'ca-canary', cert: 'cert-canary', key: 'key-canary' };

function rowSealedBy(key: string): Drain {
  const sealed = new SealedDrains(new KeyRing(key));
  const id = '4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55';
  return Object.assign(new Drain(), {
    id,
    ...sealed.url(id, URL_TEXT, parseDrainUrl(URL_TEXT)),
    ...sealed.tls(id, TLS),
  });
}

describe('What is secret of a drain', () => {
  it('cannot be read in its row, URL and certificates alike', () => {
    expect(JSON.stringify(rowSealedBy(FORMER))).not.toMatch(/canary|logs\.example/);
  });

  it('is sealed anew, certificates included, so that the former key can be dropped', () => {
    const row = rowSealedBy(FORMER);
    const renewed = new SealedDrains(new KeyRing(PRESENT, FORMER)).renewed(row);
    const alone = new SealedDrains(new KeyRing(PRESENT));
    const opened = alone.opened({ ...row, ...renewed });
    expect([opened.tls, opened.target.credentials?.password]).toEqual([TLS, 'url-canary']);
    expect(alone.renewed({ ...row, ...renewed })).toBeUndefined();
    expect(() => alone.opened(row)).toThrow('SECRET_KEY does not open the drains');
  });

  it('of one drain does not open as that of another, nor a URL as certificates', () => {
    const row = rowSealedBy(PRESENT);
    const sealed = new SealedDrains(new KeyRing(PRESENT));
    expect(() => sealed.opened({ ...row, id: 'another' })).toThrow('SECRET_KEY');
    expect(() => sealed.opened({ ...row, tlsSealed: row.urlSealed })).toThrow('SECRET_KEY');
  });
});
