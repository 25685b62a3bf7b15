import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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

export interface CurlRequest {
  readonly method: 'PUT' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Lets one curl send the file `source` with each of the requests, so many `atOnce`, and answers the seconds that took;
 * throws when one of the statuses is not a success. `plan` is a file to write the requests to.
 */
export async function curlMany(
  requests: readonly CurlRequest[],
  { source, plan, atOnce }: { readonly source: string; readonly plan: string; readonly atOnce: number },
): Promise<number> {
  const sections = requests.map(({ method, url, headers }) =>
    [
      `url = "${url}"`,
      `request = "${method}"`,
      `upload-file = "${source}"`,
      'header = "Expect:"',
      ...Object.entries(headers).map(([name, value]) => `header = "${name}: ${value}"`),
      'output = "/dev/null"',
      'write-out = "%{http_code}\\n"',
    ].join('\n'),
  );
  writeFileSync(plan, sections.join('\nnext\n'));
  const side = atOnce > 1 ? ['--parallel', '--parallel-immediate', '--parallel-max', String(atOnce)] : [];
  const startedAt = performance.now();
  const { stdout } = await run('curl', ['-sS', ...side, '--config', plan]);
  const seconds = (performance.now() - startedAt) / 1_000;
  const statuses = stdout.trim().split('\n');
  const refused = statuses.find((status) => !status.startsWith('2'));
  if (refused !== undefined || statuses.length !== requests.length)
    throw new Error(`curl: ${statuses.length} of ${requests.length} answers, one of them ${refused}`);
  return seconds;
}
