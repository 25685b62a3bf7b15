import { generateSecret, generateURI, verifySync } from 'otplib';
import { toString as drawQrCode } from 'qrcode';

const ISSUER = 'Logs Collector';
const SECRET_BYTES = 20;
const STEP_MS = 30_000;
/** A code stays good for 15 s after its step, for slow hands; never before it (RFC 6238 §5.2, ASVS 5.0.0-6.5.5). */
const TOLERANCE_SECONDS: [past: number, future: number] = [15, 0];

/** A new secret, base32, 160 bit as RFC 4226 §4 recommends. */
export function newTotpSecret(): string {
  return generateSecret({ length: SECRET_BYTES });
}

/** What authenticator apps read. */
export function otpauthUrl(secret: string, username: string): string {
  return generateURI({ issuer: ISSUER, label: username, secret });
}

/** The URL as an SVG image, drawn here: a secret goes to no chart service. */
export function qrSvg(url: string): Promise<string> {
  return drawQrCode(url, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
}

function isTotpShaped(code: string): boolean {
  return /^\d{6}$/.test(code);
}

/** The time step for which the code is right and which is newer than `lastStep`; undefined when there is none. */
export function matchingStep(secret: string, code: string, lastStep: number, now: number): number | undefined {
  // otplib throws for a bound in the future, which is where a server clock set back leaves it.
  if (!isTotpShaped(code) || lastStep > Math.floor(now / STEP_MS)) return undefined;
  const result = verifySync({
    secret,
    token: code,
    epoch: Math.floor(now / 1_000),
    epochTolerance: TOLERANCE_SECONDS,
    afterTimeStep: lastStep,
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/** Spaces are how apps group the digits. */
export function normaliseCode(code: string): string {
  return code.replace(/[\s-]/g, '').toLowerCase();
}
