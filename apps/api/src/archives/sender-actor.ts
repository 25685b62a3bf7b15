import type { AuditActor } from '../audit/audit.service.js';
import type { UploadDoor } from './intake/upload.entity.js';

/** Who sends an upload, in the audit trail: a customer, known by the token and never by its text, or this server itself. */
export function senderActor({ tokenId, door }: { readonly tokenId: string; readonly door: UploadDoor }): AuditActor {
  return { kind: door === 'capture' ? 'system' : 'customer', id: tokenId };
}
