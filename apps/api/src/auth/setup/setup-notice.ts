import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';

/** Where the set-up link is shown: to whoever sits at the terminal, else in a file that only the owner can read. */
@Injectable()
export class SetupNotice {
  private readonly logger = new Logger('setup');
  private unsaid: string | null = null;

  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'DATA_DIR' | 'PUBLIC_URL' | 'PORT'>) {}

  get path(): string {
    return join(this.settings.DATA_DIR, 'setup-link');
  }

  /** Never into the log: logs are read by many and kept for long. At a terminal it waits for `say`. */
  show(code: string): void {
    const base = this.settings.PUBLIC_URL ?? `http://localhost:${this.settings.PORT}`;
    const link = `${base}/setup#${code}`;
    if (process.stdout.isTTY) {
      this.unsaid = link;
      return;
    }
    // Written anew and not into what is there, so that its mode is ours whatever was there before. The last of several
    // servers that start at once is read; the links of the others are good as well.
    const temporary = `${this.path}.${process.pid}.tmp`;
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${link}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, this.path);
    this.logger.warn({
      msg: 'create the first administrator with the link in this file, within one hour',
      path: this.path,
    });
  }

  /** Once the server answers: the last thing at the terminal is what to do next, and it works. */
  say(): void {
    if (this.unsaid === null) return;
    process.stdout.write(`  Create the first administrator within one hour:\n  ${this.unsaid}\n\n`);
    this.unsaid = null;
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}
