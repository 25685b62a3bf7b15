import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs curl and answers the speed of the upload in MB/s; throws when the status is not a success. */
export async function curlUpload(args: readonly string[]): Promise<number> {
  const { stdout } = await run('curl', [
    '-sS',
    '-o',
    '/dev/null',
    '-w',
    '%{http_code} %{time_total} %{size_upload}',
    ...args,
  ]);
  const [status = '', seconds = '', bytes = ''] = stdout.split(' ');
  if (!status.startsWith('2')) throw new Error(`curl: status ${status}`);
  return Number(bytes) / Number(seconds) / 1e6;
}
