import { readFileSync } from 'node:fs';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { entities } from '../app.entities.js';
import { ArchivesRepository } from '../archives/archives.repository.js';
import { Verifier } from '../archives/upkeep/verifier.js';
import { AuditRepository } from '../audit/audit.repository.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../common/clock.js';
import { Ids } from '../common/ids.js';
import { existingDataDirectory } from '../config/data-directory.js';
import { loadSettings } from '../config/settings.js';
import { openExistingInstallation } from '../database/installation.js';
import { openBlobStore } from '../storage/open-blob-store.js';

// Reads every archive again and exits with 1 when one is missing or damaged. May run beside the server: it reads, and
// writes one short transaction for each archive whose state has changed.
const settings = existingDataDirectory(loadSettings(process.env, (path) => readFileSync(path, 'utf8')));
const keyRing = new KeyRing(settings.SECRET_KEY, settings.SECRET_KEY_PREVIOUS);
const { database, close } = await openExistingInstallation(settings, keyRing, entities);
const digests = new DigestPool();
const clock = new Clock();
const audit = new AuditService(new AuditRepository(database), database, clock, new Ids(clock));
const store = await openBlobStore(settings);
const verifier = new Verifier(new ArchivesRepository(database), store, digests, audit, database);

let checked = 0;
let bad = 0;
for await (const { archive, found } of verifier.verifyAll()) {
  checked += 1;
  if (found === 'stored') continue;
  bad += 1;
  console.log(`${found}: ${archive.id} ${JSON.stringify(archive.name)} (${archive.sizeBytes} bytes)`);
}
console.log(`${checked} archives checked, ${bad} missing or damaged`);
await digests.close();
await close();
process.exitCode = bad > 0 ? 1 : 0;
