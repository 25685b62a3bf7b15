import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { type Permission, permissions } from '../../common/access/permissions.js';
import type { Role } from '../../common/access/principal.js';
import { isoTime, isoTimeOrNull } from '../http/iso-time.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../passwords/password.rules.js';
import { SessionView, toSessionView } from '../sessions/session.dto.js';
import type { Account } from './account.service.js';
import type { InvitedUser } from './credential-reset.js';
import type { User } from './user.entity.js';
import { MAX_USERNAME_LENGTH } from './username.rules.js';

const ROLES = ['viewer', 'staff', 'admin'] as const satisfies readonly Role[];
const LOCALES = ['en', 'ru'] as const;
const MAX_DISPLAY_NAME_LENGTH = 150;

export class UserInput {
  @ApiProperty({ type: 'string', example: 'anna', maxLength: MAX_USERNAME_LENGTH, description: 'Kept in lower case.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_USERNAME_LENGTH)
  username!: string;

  @ApiProperty({ type: 'string', enum: ROLES, example: 'staff', description: 'What the user may do.' })
  @IsIn(ROLES)
  role!: Role;
}

export class UserPatch {
  @ApiPropertyOptional({ type: 'string', enum: ROLES, example: 'viewer', description: 'What the user may do.' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ type: 'boolean', example: true, description: 'false ends sessions and keys, as DELETE does.' })
  @IsOptional()
  @IsBoolean()
  is_active?: boolean;
}

export class UserView {
  @ApiProperty({
    type: 'string',
    example: '0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'anna', description: 'In lower case; for the login, and unique.' })
  username!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'Anna Lind',
    description: 'How the name is shown; null where the user has set none.',
  })
  display_name!: string | null;

  @ApiProperty({ type: 'string', enum: ROLES, example: 'staff', description: 'What the user may do.' })
  role!: Role;

  @ApiProperty({ type: 'boolean', description: 'May log in.' })
  is_active!: boolean;

  @ApiProperty({ type: 'boolean', description: 'false until an invitation has been accepted.' })
  has_password!: boolean;

  @ApiProperty({ type: 'boolean', description: 'A second factor is set up.' })
  has_second_factor!: boolean;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was made.' })
  time_create!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null before the first login.' })
  last_login_at!: string | null;
}

export class InvitationLinkView {
  @ApiProperty({ type: 'string', example: 'https://logs.example.com/invitation#…', description: 'Shown this once.' })
  url!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it stops working.' })
  expires_at!: string;
}

export class InvitedUserView {
  @ApiProperty({ type: UserView })
  user!: UserView;

  @ApiProperty({ type: InvitationLinkView })
  invitation!: InvitationLinkView;
}

export class PasswordBody {
  @ApiProperty({
    type: 'string',
    format: 'password',
    example: 'a long walk to the lighthouse',
    maxLength: MAX_PASSWORD_LENGTH,
    description: 'The present one.',
  })
  @IsString()
  @MaxLength(MAX_PASSWORD_LENGTH)
  password!: string;

  @ApiProperty({
    type: 'string',
    format: 'password',
    example: 'a long walk to the lighthouse',
    minLength: MIN_PASSWORD_LENGTH,
    maxLength: MAX_PASSWORD_LENGTH,
    description: 'At least twelve characters and hard to guess.',
  })
  @IsString()
  @MaxLength(MAX_PASSWORD_LENGTH)
  new_password!: string;
}

export class AccountPatch {
  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    example: 'Anna Lind',
    maxLength: MAX_DISPLAY_NAME_LENGTH,
    description: 'How the name is shown; null where the user has set none.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DISPLAY_NAME_LENGTH)
  display_name?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, enum: LOCALES, description: "null: the browser's language." })
  @ValidateIf((patch: AccountPatch) => patch.locale !== null && patch.locale !== undefined)
  @IsIn(LOCALES)
  locale?: string | null;
}

export class AccountTwoFactorView {
  @ApiProperty({ type: 'boolean', description: 'A second factor is set up.' })
  enrolled!: boolean;

  @ApiProperty({ type: 'boolean', description: 'A first one may be set up with POST /api/v1/auth/2fa/setup.' })
  may_enrol!: boolean;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the second factor was last used in this login; null before.',
  })
  verified_at!: string | null;

  @ApiProperty({ type: 'integer', example: 10, description: 'Recovery codes that were not used yet.' })
  recovery_codes_left!: number;
}

export class LockedPermissionView {
  @ApiProperty({
    type: 'string',
    enum: Object.keys(permissions),
    example: 'archive.download',
    description: 'What may not be done yet.',
  })
  permission!: Permission;

  @ApiProperty({
    type: 'string',
    example: 'second_factor_enrolment_required',
    description: 'The code that a try would get.',
  })
  code!: string;
}

export class AccountView {
  @ApiProperty({
    type: 'string',
    example: '0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'anna', description: 'In lower case; for the login, and unique.' })
  username!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'Anna Lind',
    description: 'How the name is shown; null where the user has set none.',
  })
  display_name!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    enum: LOCALES,
    example: 'en',
    description: 'Language of the pages; null follows the browser.',
  })
  locale!: string | null;

  @ApiProperty({ type: 'string', enum: ROLES, example: 'staff', description: 'What the user may do.' })
  role!: Role;

  @ApiProperty({ type: AccountTwoFactorView })
  two_factor!: AccountTwoFactorView;

  @ApiProperty({ type: 'string', isArray: true, example: ['ticket.read'], description: 'What may be done at once.' })
  permissions!: readonly Permission[];

  @ApiProperty({ type: [LockedPermissionView], description: 'What the role allows once something more is given.' })
  locked!: readonly LockedPermissionView[];

  @ApiProperty({ type: SessionView, nullable: true, description: 'null for an API key.' })
  session!: SessionView | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null before the first login.' })
  last_login_at!: string | null;
}

export function toUserView(user: User): UserView {
  return {
    id: user.id,
    username: user.username,
    display_name: user.displayName,
    role: user.role,
    is_active: user.isActive,
    has_password: user.passwordHash !== null,
    has_second_factor: user.totpConfirmedAt !== null,
    time_create: isoTime(user.timeCreate),
    last_login_at: isoTimeOrNull(user.lastLoginAt),
  };
}

/** The code stands behind #, which browsers send to no server and proxies cannot log. */
export function toInvitedUserView(invited: InvitedUser, publicUrl: string): InvitedUserView {
  const { code, expiresAt } = invited.invitation;
  return {
    user: toUserView(invited.user),
    invitation: { url: `${publicUrl}/invitation#${code}`, expires_at: isoTime(expiresAt) },
  };
}

export function toAccountView(account: Account): AccountView {
  const { user, session } = account;
  return {
    id: user.id,
    username: user.username,
    display_name: user.displayName,
    locale: user.locale,
    role: user.role,
    two_factor: {
      enrolled: user.totpConfirmedAt !== null,
      may_enrol: user.mayEnrol,
      verified_at: isoTimeOrNull(session?.secondFactorAt ?? null),
      recovery_codes_left: account.recoveryCodesLeft,
    },
    permissions: account.permissions,
    locked: account.locked,
    session: session ? toSessionView(session, session.id) : null,
    last_login_at: isoTimeOrNull(user.lastLoginAt),
  };
}
