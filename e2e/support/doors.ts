import type { TestServer } from './server.js';
import { TusClient } from './tus-client.js';

export const DOORS = ['the form', 'a raw PUT', 'tus'] as const;
export type Door = (typeof DOORS)[number];

export interface DoorReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface WholeUpload {
  readonly token: string;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a whole file through a door; with success the body is the receipt, else the problem document. */
export async function uploadThrough(
  server: Pick<TestServer, 'url'>,
  door: Door,
  { token, name, bytes, headers = {} }: WholeUpload,
): Promise<DoorReply> {
  if (door === 'tus') return uploadByTus(server, { token, name, bytes, headers });
  const form = new FormData();
  form.set('file', new Blob([bytes]), name);
  return replyOf(
    door === 'the form'
      ? await fetch(`${server.url}/api/v1/archives/`, {
          method: 'POST',
          headers: { 'Upload-Token': token, ...headers },
          body: form,
        })
      : await fetch(`${server.url}/api/v1/archives/${encodeURIComponent(name)}`, {
          method: 'PUT',
          headers: { 'Upload-Token': token, ...headers },
          body: bytes,
        }),
  );
}

async function uploadByTus(
  server: Pick<TestServer, 'url'>,
  { token, name, bytes, headers = {} }: WholeUpload,
): Promise<DoorReply> {
  const client = new TusClient(server, token);
  const created = await client.create(bytes.length, name, headers);
  const path = created.headers.get('location');
  if (created.status !== 201 || !path) return replyOf(created);
  const patched = await client.patch(path, 0, bytes);
  if (patched.status !== 204) return replyOf(patched);
  const receipt = await replyOf(await client.request('GET', path, {}));
  return { ...receipt, status: receipt.status === 200 ? 201 : receipt.status };
}

async function replyOf(response: Response): Promise<DoorReply> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}
