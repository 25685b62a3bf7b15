import type { MigrationInterface } from 'typeorm';
import { CreateMeta1763600000001 } from './1763600000001-create-meta.js';
import { CreateAudit1763600000002 } from './1763600000002-create-audit.js';
import { CreateAuth1763600000003 } from './1763600000003-create-auth.js';
import { CreateTickets1763600000004 } from './1763600000004-create-tickets.js';
import { CreateArchives1763600000005 } from './1763600000005-create-archives.js';
import { CreateEvents1763600000006 } from './1763600000006-create-events.js';
import { AddUploadMetadata1763600010001 } from './1763600010001-add-upload-metadata.js';
import { CreateAuditChain1763600010002 } from './1763600010002-create-audit-chain.js';
import { CreateCaptures1763600020001 } from './1763600020001-create-captures.js';
import { AddCaptureStoredUntil1763600020002 } from './1763600020002-add-capture-stored-until.js';

/** All migrations, oldest first. */
export const migrations: (new () => MigrationInterface)[] = [
  CreateMeta1763600000001,
  CreateAudit1763600000002,
  CreateAuth1763600000003,
  CreateTickets1763600000004,
  CreateArchives1763600000005,
  CreateEvents1763600000006,
  AddUploadMetadata1763600010001,
  CreateAuditChain1763600010002,
  CreateCaptures1763600020001,
  AddCaptureStoredUntil1763600020002,
];
