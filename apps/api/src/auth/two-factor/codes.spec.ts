import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateSync } from 'otplib';
import {
  formatRecoveryCode,
  isRecoveryCodeShaped,
  normaliseRecoveryCode,
  RECOVERY_CODE_BYTES,
} from './recovery-code.rules.js';
import { matchingStep, newTotpSecret, normaliseCode, otpauthUrl, qrSvg } from './totp.js';

/** RFC 6238 appendix B: the secret "12345678901234567890" in base32, at 59 s and later. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('matchingStep (RFC 6238)', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ])('accepts the test vector at %s s', (seconds, code) => {
    expect(matchingStep(RFC_SECRET, code, 0, seconds * 1_000)).toBe(Math.floor(seconds / 30));
  });

  const secret = newTotpSecret();
  const step = 56_666_666;
  const code = generateSync({ secret, epoch: step * 30 });

  it.each([
    [-1, undefined],
    [0, step],
    [29, step],
    [44, step],
    [45, undefined],
  ])('%s s after its step began: %s', (seconds, expected) => {
    expect(matchingStep(secret, code, 0, (step * 30 + seconds) * 1_000)).toBe(expected);
  });

  it('refuses a step that was accepted, and any before it', () => {
    expect(matchingStep(secret, code, step - 1, step * 30_000)).toBe(step);
    expect(matchingStep(secret, code, step, step * 30_000)).toBeUndefined();
  });

  it('refuses, and does not break, when the clock was set back', () => {
    expect(matchingStep(secret, code, step + 100, step * 30_000)).toBeUndefined();
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('refuses %s', (wrong) => {
    expect(matchingStep(secret, wrong, 0, step * 30_000)).toBeUndefined();
  });

  it('reads digits in groups', () => expect(normaliseCode(' 123 456 ')).toBe('123456'));
});

describe('what authenticator apps get', () => {
  it('has 160 bits in base32, an issuer and an image made here', async () => {
    const secret = newTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(otpauthUrl(secret, 'anna')).toBe(
      `otpauth://totp/Logs%20Collector:anna?secret=${secret}&issuer=Logs%20Collector`,
    );
    expect(await qrSvg(otpauthUrl(secret, 'anna'))).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });
});

describe('recovery codes', () => {
  const bytes = fc.uint8Array({ minLength: RECOVERY_CODE_BYTES, maxLength: RECOVERY_CODE_BYTES });

  it('carry all of their 120 bits', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const isSame = Buffer.compare(a, b) === 0;
        expect(formatRecoveryCode(a) === formatRecoveryCode(b)).toBe(isSame);
        expect(formatRecoveryCode(a)).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/);
      }),
    );
  });

  it('are read however people type them', () => {
    const code = formatRecoveryCode(Buffer.from('0f0e0d0c0b0a09080706050403020100'.slice(0, 30), 'hex'));
    expect(normaliseRecoveryCode(code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O'))).toBe(
      normaliseRecoveryCode(code),
    );
    expect(isRecoveryCodeShaped(code)).toBe(true);
    expect(isRecoveryCodeShaped('123456')).toBe(false);
  });
});
