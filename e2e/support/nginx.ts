import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const SAMPLE = join(import.meta.dirname, '../../docker/proxies/nginx.conf');
const LIMIT_MS = 10_000;

/** Changes to the sample, as an operator who knows no better would make them: what is there, and what comes instead. */
export type Changes = Readonly<Record<string, string>>;

/**
 * nginx with docker/proxies/nginx.conf before a server. Of the sample only what belongs to its machine is replaced: ports,
 * TLS, the address of the server.
 */
export class Nginx {
  readonly url: string;
  private readonly child: ChildProcess;

  private constructor(
    readonly port: number,
    /** Where nginx puts what it keeps of bodies. */
    readonly directory: string,
    config: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    const globals = `daemon off; user root; pid ${directory}/pid; error_log ${directory}/error.log;`;
    this.child = spawn('nginx', ['-c', config, '-p', directory, '-g', globals], { stdio: 'ignore' });
  }

  static async start(port: number, upstreamPort: number, changes: Changes = {}): Promise<Nginx> {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-nginx-'));
    const config = join(directory, 'nginx.conf');
    writeFileSync(config, forThisMachine(readFileSync(SAMPLE, 'utf8'), port, upstreamPort, directory, changes));
    const nginx = new Nginx(port, directory, config);
    await nginx.listening();
    return nginx;
  }

  /** Bytes in files of bodies and answers, at this moment. */
  keptBytes(): number {
    const script = `find "$1/bodies" "$1/answers" -type f -printf '%s\\n' 2>/dev/null | awk '{ n += $1 } END { print n + 0 }'`;
    return Number(execFileSync('sh', ['-c', script, 'sh', this.directory], { encoding: 'utf8' }));
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async listening(): Promise<void> {
    for (const end = Date.now() + LIMIT_MS; Date.now() < end; await delay(20)) {
      if (this.child.exitCode !== null) break;
      if (await answers(this.port)) return;
    }
    throw new Error(`nginx did not start:\n${readFileSync(join(this.directory, 'error.log'), 'utf8')}`);
  }
}

function forThisMachine(text: string, port: number, upstreamPort: number, directory: string, changes: Changes): string {
  const places = `access_log off; client_body_temp_path ${directory}/bodies; proxy_temp_path ${directory}/answers;`;
  const fixed: Changes = {
    '127.0.0.1:8000;': `127.0.0.1:${upstreamPort};`,
    // Without TLS there is nothing to redirect to.
    '  server {\n    listen 80;\n    listen [::]:80;\n    server_name logs.example.com;\n    return 308 https://$host$request_uri;\n  }\n':
      '',
    '    listen 443 ssl;\n    listen [::]:443 ssl;\n': `    listen 127.0.0.1:${port};\n`,
    '    ssl_certificate /etc/nginx/tls/logs.example.com.pem;\n': '',
    '    ssl_certificate_key /etc/nginx/tls/logs.example.com.key;\n': '',
    '    ssl_protocols TLSv1.2 TLSv1.3;\n': '',
    'http {\n': `http {\n  ${places}\n`,
  };
  return Object.entries({ ...fixed, ...changes }).reduce((config, [from, to]) => {
    if (!config.includes(from)) throw new Error(`The nginx sample has no ${JSON.stringify(from)} any more.`);
    return config.replace(from, () => to);
  }, text);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
