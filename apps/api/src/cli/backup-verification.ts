import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import type { ArchiveRow } from '../backup/backup-contents.js';
import { BackupDirectory } from '../backup/backup-directory.js';
import { BackupVerifier, type FoundInBackup, type VerificationProgress } from '../backup/backup-verifier.js';
import type { Manifest } from '../backup/manifest.js';
import { EXIT } from './command.js';
import { named } from './named-archive.js';
import { Throughput } from './throughput.js';

/** Verifies the backup in a directory and prints what it finds, as `verify` does for an installation; answers the exit code. */
export async function verifyBackup(path: string, print: (line: string) => void): Promise<number> {
  const directory = await BackupDirectory.forReading(path);
  const digests = new DigestPool({ workers: 2 });
  try {
    const report = new VerificationReport(print);
    await new BackupVerifier(directory, digests, report).verify();
    return report.summarise(directory.manifest);
  } finally {
    await digests.close();
  }
}

class VerificationReport implements VerificationProgress {
  private readonly throughput = new Throughput();
  private checked = 0;
  private bad = 0;
  private faults = 0;

  constructor(private readonly print: (line: string) => void) {}

  onArchive(archive: ArchiveRow, found: FoundInBackup): void {
    this.checked += 1;
    if (found !== 'missing') this.throughput.add(archive.size_bytes);
    if (found === 'whole') return;
    this.bad += 1;
    this.print(`${found}: ${named(archive)}`);
  }

  onFault(fault: string): void {
    this.faults += 1;
    this.print(fault);
  }

  summarise({ tables, taken_at }: Manifest): number {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    this.print(`${rows} rows of ${tables.length} tables as of ${taken_at}`);
    this.print(`${this.checked} archives checked, ${this.bad} missing or damaged (${this.throughput})`);
    const isWhole = this.bad + this.faults === 0;
    this.print(isWhole ? 'The backup is as it was written.' : 'The backup is not whole: see above.');
    return isWhole ? EXIT.done : EXIT.failed;
  }
}
