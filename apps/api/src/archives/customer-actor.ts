import type { AuditActor } from '../audit/audit.service.js';

/** A customer in the audit trail: known by the token, never by its text. */
export function customerActor(holder: { readonly tokenId: string }): AuditActor {
  return { kind: 'customer', id: holder.tokenId };
}
