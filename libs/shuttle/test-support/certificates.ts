import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

interface Subject {
  readonly name: string;
  /** X.509 subject alternative names, such as `IP:127.0.0.1`. */
  readonly hosts?: string;
  readonly days?: number;
}

/** Certificates made by openssl: an authority and what it signs. */
export class Authority {
  private readonly directory = mkdtempSync(join(tmpdir(), 'certificates-'));
  private count = 0;
  readonly own: KeyPair;

  constructor(name: string) {
    const [key, cert] = [this.path('ca.key'), this.path('ca.pem')];
    this.openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    );
    this.own = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }

  static get isPossible(): boolean {
    return spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
  }

  sign({ name, hosts = 'IP:127.0.0.1', days = 1 }: Subject): KeyPair {
    this.count += 1;
    const [key, request, cert, extensions] = ['key', 'csr', 'pem', 'ext'].map((end) =>
      this.path(`${this.count}.${end}`),
    );
    writeFileSync(extensions ?? '', `subjectAltName=${hosts}\n`);
    this.openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key ?? '',
      '-out',
      request ?? '',
      '-subj',
      `/CN=${name}`,
    );
    this.openssl(
      'x509',
      '-req',
      '-in',
      request ?? '',
      '-CA',
      this.path('ca.pem'),
      '-CAkey',
      this.path('ca.key'),
      '-CAcreateserial',
      '-out',
      cert ?? '',
      '-days',
      String(days),
      '-extfile',
      extensions ?? '',
    );
    return { cert: readFileSync(cert ?? '', 'utf8'), key: readFileSync(key ?? '', 'utf8') };
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true });
  }

  private path(name: string): string {
    return join(this.directory, name);
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}
