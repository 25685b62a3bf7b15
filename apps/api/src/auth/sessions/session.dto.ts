import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { isoTime, isoTimeOrNull } from '../http/iso-time.js';
import { MAX_PASSWORD_LENGTH } from '../passwords/password.rules.js';
import { MAX_USERNAME_LENGTH } from '../users/username.rules.js';
import type { Session } from './session.entity.js';
import type { IssuedSession } from './session-issuer.js';

const MAX_TOKEN_LENGTH = 2_000;
const MAX_OTP_LENGTH = 64;

export class LoginBody {
  @ApiProperty({
    type: 'string',
    example: 'anna',
    maxLength: MAX_USERNAME_LENGTH,
    description: 'Upper and lower case are the same.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_USERNAME_LENGTH)
  username!: string;

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

  @ApiPropertyOptional({
    type: 'string',
    example: '123456',
    maxLength: MAX_OTP_LENGTH,
    description: "The authenticator's present code, or a recovery code; needed once a second factor is set up.",
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_OTP_LENGTH)
  otp?: string;
}

export class RefreshBody {
  @ApiPropertyOptional({
    type: 'string',
    example: 'kQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1Zy0M',
    description: 'The refresh token; not with `?cookie=1`.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_TOKEN_LENGTH)
  refresh?: string;
}

export class VerifyBody {
  @ApiPropertyOptional({
    type: 'string',
    example: 'kQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1Zy0M',
    description: 'An access or a refresh token; without it the access cookie.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_TOKEN_LENGTH)
  token?: string;
}

export class TokensView {
  @ApiProperty({ type: 'string', nullable: true, description: 'For `Authorization: Bearer`; null with `?cookie=1`.' })
  access!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Gives new access tokens until the session ends; null with `?cookie=1` and where it did not change.',
  })
  refresh!: string | null;

  @ApiProperty({ type: 'integer', example: 600, description: 'Seconds that the access token holds.' })
  expires_in!: number;
}

export class LoginUserView {
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
    enum: ['viewer', 'staff', 'admin'],
    example: 'staff',
    description: 'What the user may do.',
  })
  role!: string;
}

export class TwoFactorView {
  @ApiProperty({ type: 'boolean', description: 'The account has a second factor.' })
  enrolled!: boolean;

  @ApiProperty({ type: 'boolean', description: 'A first one may be set up with POST /api/v1/auth/2fa/setup.' })
  may_enrol!: boolean;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When this login proved it last; some actions need that within five minutes.',
  })
  verified_at!: string | null;
}

export class LoginView extends TokensView {
  @ApiProperty({ type: LoginUserView })
  user!: LoginUserView;

  @ApiProperty({ type: TwoFactorView })
  two_factor!: TwoFactorView;
}

export class VerifyView {
  @ApiProperty({ type: 'boolean', example: true, description: 'It would be accepted.' })
  valid!: true;
}

export class SessionView {
  @ApiProperty({
    type: 'string',
    example: '0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'boolean', description: 'The session of this very request.' })
  current!: boolean;

  @ApiProperty({
    type: 'string',
    enum: ['bearer', 'cookie'],
    description: 'How it is carried: in a header by a script, in a cookie by a browser.',
  })
  transport!: string;

  @ApiProperty({ type: 'string', example: '203.0.113.7', description: "The client's address." })
  address!: string;

  @ApiProperty({ type: 'string', example: 'Mozilla/5.0 (X11; Linux x86_64)', description: "The client's User-Agent." })
  agent!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it began.' })
  time_create!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'To the minute.' })
  last_seen_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it ends whatever happens.' })
  expires_at!: string;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the second factor was last used in it; null before.',
  })
  second_factor_at!: string | null;
}

export function toLoginView(issued: IssuedSession, tokens: TokensView): LoginView {
  const { user, session } = issued;
  return {
    ...tokens,
    user: { id: user.id, username: user.username, display_name: user.displayName, role: user.role },
    two_factor: {
      enrolled: user.totpConfirmedAt !== null,
      may_enrol: user.mayEnrol,
      verified_at: isoTimeOrNull(session.secondFactorAt),
    },
  };
}

export function toSessionView(session: Session, currentId: string | undefined): SessionView {
  return {
    id: session.id,
    current: session.id === currentId,
    transport: session.transport,
    address: session.address,
    agent: session.agent,
    time_create: isoTime(session.timeCreate),
    last_seen_at: isoTime(session.lastSeenAt),
    expires_at: isoTime(session.expiresAt),
    second_factor_at: isoTimeOrNull(session.secondFactorAt),
  };
}
