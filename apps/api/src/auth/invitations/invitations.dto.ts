import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { isoTime } from '../http/iso-time.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../passwords/password.rules.js';
import { OfferedSecretView, toOfferedSecretView } from '../two-factor/two-factor.dto.js';
import type { OpenedInvitation } from './invitations.service.js';

const MAX_CODE_LENGTH = 200;
const MAX_OTP_LENGTH = 64;

export class InvitationBody {
  @ApiProperty({
    type: 'string',
    example: 'Zy0MkQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1',
    description: 'What stands behind # in the link.',
    maxLength: MAX_CODE_LENGTH,
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_CODE_LENGTH)
  code!: string;
}

export class AcceptanceBody extends InvitationBody {
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
  password!: string;

  @ApiProperty({ type: 'string', example: '123456', description: 'A code of the second factor that was offered.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_OTP_LENGTH)
  otp!: string;
}

export class InvitationView extends OfferedSecretView {
  @ApiProperty({ type: 'string', example: 'anna', description: 'In lower case; for the login, and unique.' })
  username!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it stops working.' })
  expires_at!: string;
}

export function toInvitationView(opened: OpenedInvitation): InvitationView {
  return { ...toOfferedSecretView(opened), username: opened.username, expires_at: isoTime(opened.expiresAt) };
}
