import { createReadStream, statSync } from 'node:fs';
import { Upload } from 'tus-js-client';

const CHUNK_BYTES = 64 * 1024 * 1024;

/** Uploads a file with tus-js-client in chunks of 64 MiB and answers MB/s. */
export function tusUpload(
  endpoint: string,
  path: string,
  name: string,
  headers: Record<string, string>,
): Promise<number> {
  const { size } = statSync(path);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    new Upload(createReadStream(path), {
      endpoint,
      headers,
      chunkSize: CHUNK_BYTES,
      uploadSize: size,
      retryDelays: null,
      metadata: { filename: name },
      onError: reject,
      onSuccess: () => resolve(size / (performance.now() - startedAt) / 1e3),
    }).start();
  });
}
