import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForPort } from './ports.ts';

/** nginx with its DAV module, storing what is PUT below `directory`; the peer that hashes and flushes nothing. */
export class NginxDav {
  readonly url: string;
  private readonly child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.url = `http://127.0.0.1:${port}`;
    this.child = child;
  }

  static async start(directory: string, port: number): Promise<NginxDav> {
    for (const name of ['files', 'tmp', 'logs']) mkdirSync(join(directory, name), { recursive: true });
    const config = join(directory, 'nginx.conf');
    writeFileSync(
      config,
      `daemon off; user root; worker_processes 1; error_log ${directory}/logs/error.log; pid ${directory}/nginx.pid;
events { worker_connections 512; }
http {
  access_log off; client_max_body_size 0; client_body_temp_path ${directory}/tmp;
  server { listen 127.0.0.1:${port}; location / { root ${directory}/files; dav_methods PUT DELETE; } }
}`,
    );
    const child = spawn('nginx', ['-c', config, '-p', directory], { stdio: 'inherit' });
    await waitForPort(port);
    return new NginxDav(port, child);
  }

  stop(): void {
    this.child.kill('SIGTERM');
  }
}
