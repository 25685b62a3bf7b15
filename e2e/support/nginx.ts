import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProcess } from '../../scripts/test-support/running-process.js';

const DOCKER = join(import.meta.dirname, '../../docker');
const REDIRECTION = `  server {
    listen 80;
    listen [::]:80;
    server_name logs.example.com;
    return 308 https://$host$request_uri;
  }
`;

/** Changes to the sample, as an operator who knows no better would make them: what is there, and what comes instead. */
export type Changes = Readonly<Record<string, string>>;

/**
 * nginx with one of the samples in docker/. Of the sample only what belongs to its machine is replaced: ports, TLS, the
 * addresses of servers.
 */
export class Nginx {
  readonly url: string;
  private readonly process: RunningProcess;

  private constructor(
    readonly port: number,
    /** Where nginx puts what it keeps of bodies. */
    readonly directory: string,
    config: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    const globals = `daemon off; user root; pid ${directory}/pid; error_log stderr;`;
    this.process = new RunningProcess(['nginx', '-c', config, '-p', directory, '-g', globals], process.env);
  }

  /** docker/proxies/nginx.conf before one server. */
  static start(port: number, upstreamPort: number, changes: Changes = {}): Promise<Nginx> {
    return Nginx.run(port, (places) => {
      const sample = readFileSync(join(DOCKER, 'proxies/nginx.conf'), 'utf8');
      return changed(sample, {
        '127.0.0.1:8000;': `127.0.0.1:${upstreamPort};`,
        // Without TLS there is nothing to redirect to.
        [REDIRECTION]: '',
        '    listen 443 ssl;\n    listen [::]:443 ssl;\n': `    listen 127.0.0.1:${port};\n`,
        '    ssl_certificate /etc/nginx/tls/logs.example.com.pem;\n': '',
        '    ssl_certificate_key /etc/nginx/tls/logs.example.com.key;\n': '',
        '    ssl_protocols TLSv1.2 TLSv1.3;\n': '',
        'http {\n': `http {\n  ${places}\n`,
        ...changes,
      });
    });
  }

  /** The nginx of docker/compose/scale-out.yaml before these replicas. */
  static startBeforeReplicas(port: number, upstreamPorts: readonly number[]): Promise<Nginx> {
    return Nginx.run(port, (places) => {
      const sample = readFileSync(join(DOCKER, 'compose/nginx/default.conf'), 'utf8');
      const inner = changed(sample, {
        // Docker's name service, which an nginx of Debian could not ask either.
        '  resolver 127.0.0.11 valid=5s;\n  server logs-collector:8000 resolve;\n': upstreamPorts
          .map((each) => `  server 127.0.0.1:${each};\n`)
          .join(''),
        'listen 80;': `listen 127.0.0.1:${port};`,
      });
      return `events {}\nhttp {\n${places}\n${inner}\n}\n`;
    });
  }

  private static async run(port: number, configFor: (places: string) => string): Promise<Nginx> {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-nginx-'));
    const config = join(directory, 'nginx.conf');
    const places = `access_log off; client_body_temp_path ${directory}/bodies; proxy_temp_path ${directory}/answers;`;
    writeFileSync(config, configFor(places));
    const nginx = new Nginx(port, directory, config);
    await nginx.process.untilListening(port);
    return nginx;
  }

  /** Bytes in files of bodies and answers, at this moment. */
  keptBytes(): number {
    const script = `find "$1/bodies" "$1/answers" -type f -printf '%s\\n' 2>/dev/null | awk '{ n += $1 } END { print n + 0 }'`;
    return Number(execFileSync('sh', ['-c', script, 'sh', this.directory], { encoding: 'utf8' }));
  }

  async stop(): Promise<void> {
    await this.process.end();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function changed(sample: string, changes: Changes): string {
  return Object.entries(changes).reduce((config, [from, to]) => {
    if (!config.includes(from)) throw new Error(`The nginx sample has no ${JSON.stringify(from)} any more.`);
    return config.replace(from, () => to);
  }, sample);
}
