import type { TestServer } from './server.js';

/** The headers of tus 1.0.0, written out, so that the tests say exactly what goes over the wire. */
export class TusClient {
  constructor(
    private readonly server: Pick<TestServer, 'url'>,
    private readonly token: string,
  ) {}

  request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Response> {
    return fetch(`${this.server.url}${path}`, {
      method,
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Token': this.token, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }

  create(length: number, name: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.request('POST', '/api/v1/uploads', {
      'Upload-Length': String(length),
      'Upload-Metadata': `filename ${Buffer.from(name).toString('base64')}`,
      ...headers,
    });
  }

  /** Creates an upload and answers its path; throws when it was refused. */
  async begin(length: number, name: string): Promise<string> {
    const response = await this.create(length, name);
    const location = response.headers.get('location');
    if (response.status !== 201 || !location) throw new Error(`creation: ${response.status} ${await response.text()}`);
    return location;
  }

  patch(
    path: string,
    offset: number,
    bytes: Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return this.request(
      'PATCH',
      path,
      { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset), ...headers },
      bytes,
    );
  }

  head(path: string): Promise<Response> {
    return this.request('HEAD', path, {});
  }
}
