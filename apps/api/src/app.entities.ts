import { Archive } from './archives/archive.entity.js';
import { Upload } from './archives/intake/upload.entity.js';
import { AuditEvent } from './audit/audit-event.entity.js';
import type { EntityClass } from './database/data-sources.js';
import { Lease } from './database/lease.entity.js';
import { Meta } from './database/meta.entity.js';
import { Platform } from './platforms/platform.entity.js';
import { Ticket } from './tickets/ticket.entity.js';
import { UploadToken } from './tokens/upload-token.entity.js';

/** Every entity, named here because only the composition root may see the entities of all modules. */
export const entities: EntityClass[] = [Meta, Lease, AuditEvent, Platform, Ticket, UploadToken, Archive, Upload];
