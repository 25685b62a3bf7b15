import { Archive } from './archives/archive.entity.js';
import { Upload } from './archives/intake/upload.entity.js';
import { StorageSample } from './archives/report/storage-sample.entity.js';
import { AuditEvent } from './audit/audit-event.entity.js';
import { AuditHead } from './audit/audit-head.entity.js';
import { AuditSeal } from './audit/audit-seal.entity.js';
import { ApiKey } from './auth/api-keys/api-key.entity.js';
import { Invitation } from './auth/invitations/invitation.entity.js';
import { RefreshToken } from './auth/sessions/refresh-token.entity.js';
import { Session } from './auth/sessions/session.entity.js';
import { SetupCode } from './auth/setup/setup-code.entity.js';
import { Throttle } from './auth/throttling/throttle.entity.js';
import { RecoveryCode } from './auth/two-factor/recovery-code.entity.js';
import { User } from './auth/users/user.entity.js';
import type { EntityClass } from './database/data-sources.js';
import { Lease } from './database/lease.entity.js';
import { Meta } from './database/meta.entity.js';
import { Capture } from './drains/captures/capture.entity.js';
import { Replay } from './drains/replays/replay.entity.js';
import { StoredEvent } from './notifications/event.entity.js';
import { EventSequence } from './notifications/event-sequence.entity.js';
import { Platform } from './platforms/platform.entity.js';
import { Ticket } from './tickets/ticket.entity.js';
import { UploadToken } from './tokens/upload-token.entity.js';

const authEntities: EntityClass[] = [
  User,
  Session,
  RefreshToken,
  RecoveryCode,
  Invitation,
  ApiKey,
  Throttle,
  SetupCode,
];

/** Every entity, named here because only the composition root may see the entities of all modules. */
export const entities: EntityClass[] = [
  ...[Meta, Lease, AuditEvent, AuditSeal, AuditHead],
  ...authEntities,
  ...[Platform, Ticket, UploadToken],
  ...[Archive, Upload, StorageSample],
  ...[StoredEvent, EventSequence],
  ...[Capture, Replay],
];
