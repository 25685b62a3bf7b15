import { spawn } from 'node:child_process';

export interface CurlResult {
  readonly exitCode: number | null;
  readonly status: number;
  readonly body: string;
  /** What `-v` prints. */
  readonly log: string;
}

/** Runs the machine's curl as a customer would, with `input` at its standard input. */
export async function curl(args: readonly string[], input?: Uint8Array): Promise<CurlResult> {
  const marker = '\n--status--';
  const child = spawn('curl', ['-sS', '-v', '-w', `${marker}%{http_code}`, ...args], { stdio: 'pipe' });
  let output = '';
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  // curl may stop reading once it has been refused.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(new Error('These tests need curl; install it.', { cause })));
    child.on('close', resolve);
  });
  const [body = '', status = ''] = output.split(marker);
  return { exitCode, status: Number(status), body, log };
}
