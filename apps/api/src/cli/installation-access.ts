import { readFileSync } from 'node:fs';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Logger } from '@nestjs/common';
import { entities } from '../app.entities.js';
import { AuditRepository } from '../audit/audit.repository.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../common/clock.js';
import { Ids } from '../common/ids.js';
import { createLog } from '../common/logging/logger.js';
import { NestLogger } from '../common/logging/nest-logger.js';
import { existingDataDirectory } from '../config/data-directory.js';
import { loadSettings, type Settings, type SettingsWithoutKey } from '../config/settings.js';
import type { Database } from '../database/database.js';
import { type Installation, openExistingInstallation } from '../database/installation.js';
import type { InstallationRecord } from '../database/installation-record.js';

/** What nearly every command works with. */
export interface InstallationAccess {
  readonly settings: Settings;
  readonly keyRing: KeyRing;
  readonly database: Database;
  readonly record: InstallationRecord;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly audit: AuditService;
}

/** The settings of the environment. Warnings of the parts that commands share with the server go to standard error. */
export function readSettings(): SettingsWithoutKey {
  const settings = loadSettings(process.env, (path) => readFileSync(path, 'utf8'));
  Logger.overrideLogger(new NestLogger(createLog({ ...settings, LOG_LEVEL: 'warn', DEBUG: false }, process.stderr)));
  return settings;
}

/** Opens the installation of the settings beside its server, for as long as `work` takes; makes nothing. */
export async function withInstallation<T>(work: (access: InstallationAccess) => Promise<T>): Promise<T> {
  const settings = existingDataDirectory(readSettings());
  const keyRing = new KeyRing(settings.SECRET_KEY, settings.SECRET_KEY_PREVIOUS);
  const installation = await openExistingInstallation(settings, keyRing, entities);
  try {
    return await work(accessTo(settings, keyRing, installation));
  } finally {
    await installation.close();
  }
}

export function accessTo(
  settings: Settings,
  keyRing: KeyRing,
  { database, record }: Pick<Installation, 'database' | 'record'>,
): InstallationAccess {
  const clock = new Clock();
  const ids = new Ids(clock);
  const audit = new AuditService(new AuditRepository(database), database, clock, ids);
  return { settings, keyRing, database, record, clock, ids, audit };
}
