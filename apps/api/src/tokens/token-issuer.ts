import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Ids } from '../common/ids.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { SealedValues } from '../database/sealed-values.js';
import { tokenErrors } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';
import { UploadToken } from './upload-token.entity.js';

export interface TokenGrant {
  readonly label?: string;
  readonly attempts?: number;
  /** Epoch ms. */
  readonly expiresAt?: number;
  readonly isInternal?: boolean;
}

/** 32 characters of base32: 160 bits, nothing to escape in a shell or a URL, never beginning with a dash. */
const TOKEN_CHARACTERS = 32;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Makes tokens, seals them, and finds the row of a token that was presented. */
@Injectable()
export class TokenIssuer implements OnModuleInit {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly keys: KeyRing,
    private readonly sealedValues: SealedValues,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.sealedValues.register({
      name: 'upload_token.sealed',
      purpose: 'token-sealing',
      findBatch: async (afterId, limit) =>
        (await this.tokens.findBatch(afterId, limit)).map(({ id, sealed }) => ({ id, context: id, sealed })),
      replace: (value, sealed, secret) =>
        this.tokens.replaceSealed(value.id, value.sealed, {
          sealed,
          lookupHash: this.keys.hash('token-lookup', secret),
        }),
    });
  }

  /** Inserts a new token; part of the caller's transaction. */
  async issue(ticketId: string, grant: TokenGrant): Promise<UploadToken> {
    const secret = [...this.ids.bytes(TOKEN_CHARACTERS)].map((byte) => BASE32.charAt(byte % BASE32.length)).join('');
    return this.adopt(ticketId, secret, grant);
  }

  /** Inserts a token that customers have already, from another application; part of the caller's transaction. */
  async adopt(ticketId: string, secret: string, grant: TokenGrant): Promise<UploadToken> {
    const now = this.clock.now();
    const id = this.ids.next();
    const token: UploadToken = {
      id,
      ticketId,
      label: grant.label ?? '',
      lookupHash: this.keys.hash('token-lookup', secret),
      sealed: this.keys.seal('token-sealing', id, secret),
      attempts: grant.attempts ?? this.settings.TOKEN_ATTEMPTS,
      attemptsUsed: 0,
      isInternal: grant.isInternal ?? false,
      expiresAt: this.checkedExpiry(grant.expiresAt) ?? now + this.settings.TOKEN_LIFETIME,
      revokedAt: null,
      lastUsedAt: null,
      timeCreate: now,
    };
    await this.tokens.insert(token);
    return token;
  }

  /** Refuses a time beyond TOKEN_LIFETIME_MAX. */
  checkedExpiry(expiresAt: number | undefined): number | undefined {
    const latest = this.clock.now() + this.settings.TOKEN_LIFETIME_MAX;
    if (expiresAt !== undefined && expiresAt > latest) throw tokenErrors.lifetimeTooLong(latest);
    return expiresAt;
  }

  reveal(token: UploadToken): string {
    return this.keys.open('token-sealing', token.id, token.sealed);
  }

  /** The row of a presented token, or null. The look-up is by keyed hash, so its time tells nothing about other tokens. */
  find(presented: string): Promise<UploadToken | null> {
    return this.tokens.findByHashes(this.keys.hashes('token-lookup', presented));
  }
}
