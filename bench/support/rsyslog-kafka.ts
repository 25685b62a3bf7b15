import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What rsyslog sends of a record: as it is, or the packet that ours makes of what is in the JSON. */
export type Forwarding = 'as it is' | 'as a packet';

const TEMPLATES: Readonly<Record<Forwarding, string>> = {
  'as it is': '<14>1 %timereported:::date-rfc3339% app-space app - - - %msg%\\n',
  'as a packet':
    '<14>1 %$!time% %$!kubernetes!container_name%-%$!topic% web.%$!kubernetes!pod_name% - - - %$!log:::drop-last-lf,space-cc%\\n',
};

/** The peer: rsyslog, which reads a topic (imkafka, on librdkafka) and forwards over TCP (omfwd). */
export class RsyslogKafka {
  private readonly directory = mkdtempSync(join(tmpdir(), 'shuttle-bench-rsyslog-'));
  private readonly child: ChildProcess;

  /** Whether this machine has it; Debian's packages are rsyslog and rsyslog-kafka. */
  static isHere(): boolean {
    return globSync('/usr/lib/*/rsyslog/imkafka.so').length > 0;
  }

  constructor(broker: string, topic: string, port: number, forwarding: Forwarding) {
    const configuration = join(this.directory, 'conf');
    const isParsed = forwarding === 'as a packet';
    writeFileSync(
      configuration,
      `global(workDirectory="${this.directory}")
module(load="imkafka")
${isParsed ? 'module(load="mmjsonparse")' : ''}
template(name="line" type="string" string="${TEMPLATES[forwarding]}")
input(type="imkafka" topic="${topic}" broker=["${broker}"] consumergroup="${this.directory.slice(-6)}"
      confParam=["auto.offset.reset=earliest"] ruleset="forward")
ruleset(name="forward" queue.type="LinkedList" queue.size="100000" queue.dequeueBatchSize="4096") {
  ${isParsed ? 'action(type="mmjsonparse" cookie="")' : ''}
  action(type="omfwd" target="127.0.0.1" port="${port}" protocol="tcp" template="line")
}
`,
    );
    this.child = spawn('rsyslogd', ['-n', '-f', configuration, '-i', join(this.directory, 'pid')], {
      stdio: 'inherit',
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    // What it has read further is of no interest.
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
