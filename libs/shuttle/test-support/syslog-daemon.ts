import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/test-support/free-port.ts';
import { RunningProcess } from '../../../scripts/test-support/running-process.ts';
import type { KeyPair } from './certificates.ts';

export type SyslogDaemonName = 'rsyslog' | 'syslog-ng';

/** One received message as the daemon understood it. */
export interface ReceivedMessage {
  readonly severity: string;
  readonly hostname: string;
  readonly appName: string;
  readonly structuredData: string;
  readonly message: string;
}

/** A real rsyslog or syslog-ng of this machine, which writes what it parsed to a file. */
export class SyslogDaemon {
  private readonly directory = mkdtempSync(join(tmpdir(), 'syslog-daemon-'));
  private readonly output = join(this.directory, 'received');
  private process: RunningProcess | undefined;

  private constructor(
    private readonly command: string,
    readonly port: number,
    readonly tlsPort: number,
  ) {}

  static isInstalled(name: SyslogDaemonName): boolean {
    return spawnSync(commandOf(name), [name === 'rsyslog' ? '-v' : '--version'], { stdio: 'ignore' }).status === 0;
  }

  static async start(name: SyslogDaemonName, tls: KeyPair): Promise<SyslogDaemon> {
    const daemon = new SyslogDaemon(commandOf(name), await freePort(), await freePort());
    writeFileSync(daemon.path('cert.pem'), tls.cert);
    writeFileSync(daemon.path('key.pem'), tls.key);
    writeFileSync(daemon.path('config'), name === 'rsyslog' ? daemon.rsyslogConfig : daemon.syslogNgConfig);
    await daemon.run();
    return daemon;
  }

  async restart(): Promise<void> {
    await this.terminate();
    await this.run();
  }

  get received(): readonly ReceivedMessage[] {
    if (!existsSync(this.output)) return [];
    return readFileSync(this.output, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [severity = '', hostname = '', appName = '', structuredData = '', ...message] = line.split('\t');
        return { severity, hostname, appName, structuredData, message: message.join('\t') };
      });
  }

  async stop(): Promise<void> {
    await this.terminate();
    rmSync(this.directory, { recursive: true });
  }

  private path(name: string): string {
    return join(this.directory, name);
  }

  private async run(): Promise<void> {
    const config = this.path('config');
    const args =
      this.command === 'rsyslogd'
        ? ['-n', '-f', config, '-i', this.path('pid')]
        : ['-F', '--no-caps', '-f', config, '-R', this.path('persist'), '-c', this.path('ctl'), '-p', this.path('pid')];
    this.process = new RunningProcess([this.command, ...args], process.env);
    // What each opens last: nothing is lost over UDP by then.
    await this.process.untilListening(this.command === 'rsyslogd' ? this.port : this.tlsPort);
  }

  private async terminate(): Promise<void> {
    await this.process?.end();
  }

  private get rsyslogConfig(): string {
    return `global(workDirectory="${this.directory}" maxMessageSize="128k" parser.escapeControlCharactersOnReceive="off")
module(load="imudp")
module(load="imtcp")
input(type="imudp" address="127.0.0.1" port="${this.port}")
input(type="imtcp" address="127.0.0.1" port="${this.port}")
template(name="fields" type="string" string="%syslogseverity-text%\\t%hostname%\\t%app-name%\\t%structured-data%\\t%msg%\\n")
action(type="omfile" file="${this.output}" template="fields")
`;
  }

  private get syslogNgConfig(): string {
    return `@version: 3.38
options { keep-hostname(yes); log-msg-size(131072); stats-freq(0); };
source all {
  network(ip("127.0.0.1") port(${this.port}) transport("tcp") flags(syslog-protocol));
  network(ip("127.0.0.1") port(${this.port}) transport("udp") flags(syslog-protocol));
  syslog(ip("127.0.0.1") port(${this.tlsPort}) transport("tls")
    tls(key-file("${this.path('key.pem')}") cert-file("${this.path('cert.pem')}") peer-verify(optional-untrusted)));
};
destination fields {
  file("${this.output}" template("$LEVEL\\t$HOST\\t$PROGRAM\\t$SDATA\\t$MSG\\n") flush-lines(1));
};
log { source(all); destination(fields); };
`;
  }
}

function commandOf(name: SyslogDaemonName): string {
  return name === 'rsyslog' ? 'rsyslogd' : 'syslog-ng';
}
