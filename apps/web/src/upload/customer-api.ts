import type { Schema } from '@logs-collector/api-client/client';
import { ApiProblem } from '../lib/api-problem.js';

/*
 * What a customer asks; the token says who asks. By plain fetch: the typed client and the renewal of logins are 5 kB
 * that these four questions do without.
 */

export type Offer = Schema<'TokenCheck'>;
export type Receipt = Schema<'ReceiptView'>;
export type UploadProgress = Schema<'UploadView'>;

const PATIENCE_MS = 20_000;
const UPLOADS = '/api/v1/uploads';
const TUS = { 'Tus-Resumable': '1.0.0' } as const;

async function ask<Body>(token: string, method: string, path: string, headers: HeadersInit = {}): Promise<Body> {
  const response = await fetch(path, {
    method,
    headers: { ...headers, 'Upload-Token': token },
    credentials: 'omit',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiProblem(body, response);
  return body;
}

/** What the token still allows. */
export function readOffer(token: string): Promise<Offer> {
  return ask(token, 'GET', '/api/v1/check/token');
}

/**
 * Why no upload may begin: asks to begin an empty one, which takes nothing and is refused for its emptiness only where
 * nothing else stands against it.
 */
export async function readRefusal(token: string): Promise<string | undefined> {
  try {
    await ask(token, 'POST', UPLOADS, { ...TUS, 'Upload-Length': '0' });
    return undefined;
  } catch (error) {
    return error instanceof ApiProblem ? error.code : undefined;
  }
}

/** What has become of an upload: a receipt, or how far it is. */
export function readUpload(token: string, id: string): Promise<Receipt | UploadProgress> {
  return ask(token, 'GET', `${UPLOADS}/${id}`);
}

/** Lets the server finish an upload whose bytes are all there: asked where it stands, it makes the archive. */
export async function finishUpload(token: string, id: string): Promise<void> {
  await ask(token, 'HEAD', `${UPLOADS}/${id}`, TUS).catch(() => undefined);
}

/** Throws the bytes of an unfinished upload away and gives its attempt back. */
export function discardUpload(token: string, id: string): Promise<void> {
  return ask(token, 'DELETE', `${UPLOADS}/${id}`, TUS);
}
