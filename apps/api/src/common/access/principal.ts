/** Who makes a request. Services get it as their first argument. */
export type Principal = AnonymousPrincipal | StaffPrincipal;

export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

export type Role = 'viewer' | 'staff' | 'admin';

export interface StaffPrincipal {
  readonly kind: 'staff';
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  readonly credential: SessionCredential | ApiKeyCredential;
  readonly secondFactor: {
    /** The account has a confirmed second factor. */
    readonly isEnrolled: boolean;
    /** When this login last proved it (epoch ms); undefined when it never did. */
    readonly verifiedAt?: number;
  };
}

export interface SessionCredential {
  readonly kind: 'session';
  readonly sessionId: string;
  readonly transport: 'bearer' | 'cookie';
  /** When the password was last given (epoch ms). */
  readonly authenticatedAt: number;
}

export interface ApiKeyCredential {
  readonly kind: 'api-key';
  readonly keyId: string;
  readonly scopes: readonly ApiKeyScope[];
}

/** What an API key may do; never more than its owner. */
export const API_KEY_SCOPES = ['read', 'write', 'delete', 'download', 'admin'] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

export const ANONYMOUS: AnonymousPrincipal = { kind: 'anonymous' };
