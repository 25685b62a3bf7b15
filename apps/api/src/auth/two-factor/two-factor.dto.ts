import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { MAX_PASSWORD_LENGTH } from '../passwords/password.rules.js';
import { LoginView } from '../sessions/session.dto.js';
import type { OfferedSecret } from './two-factor.service.js';

const MAX_OTP_LENGTH = 64;

export class OtpBody {
  @ApiProperty({
    type: 'string',
    example: '123456',
    maxLength: MAX_OTP_LENGTH,
    description: 'A code of the authenticator app, or a recovery code.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_OTP_LENGTH)
  otp!: string;
}

export class SetupBody {
  @ApiPropertyOptional({
    type: 'string',
    format: 'password',
    example: 'a long walk to the lighthouse',
    maxLength: MAX_PASSWORD_LENGTH,
    description: 'Needed when a second factor is replaced.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_PASSWORD_LENGTH)
  password?: string;

  @ApiPropertyOptional({
    type: 'string',
    example: '123456',
    maxLength: MAX_OTP_LENGTH,
    description: 'Needed when a second factor is replaced: its code, or a recovery code.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_OTP_LENGTH)
  otp?: string;
}

export class BothFactorsBody {
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
    example: '123456',
    maxLength: MAX_OTP_LENGTH,
    description: 'A code or a recovery code.',
  })
  @IsString()
  @MaxLength(MAX_OTP_LENGTH)
  otp!: string;
}

export class OfferedSecretView {
  @ApiProperty({ type: 'string', example: 'PBRR6I4XYP7VJZNH2A3G2HZO4MMLDQ75', description: 'Base32; for typing.' })
  secret!: string;

  @ApiProperty({
    type: 'string',
    example: 'otpauth://totp/Logs%20Collector:anna?secret=PBRR&issuer=Logs%20Collector',
    description: 'For an authenticator app, as a link or a QR code.',
  })
  otpauth_url!: string;

  @ApiProperty({ type: 'string', description: 'The URL as a QR code, an SVG document.' })
  qr_svg!: string;
}

export class RecoveryCodesView {
  @ApiProperty({
    type: 'string',
    isArray: true,
    example: ['7k2m-q0vd-9xwe-13ab-c4tz-r8hn'],
    description: 'Ten codes, shown this once; each stands in for the second factor once.',
  })
  recovery_codes!: readonly string[];
}

export class ConfirmedView extends LoginView {
  @ApiProperty({
    type: 'string',
    isArray: true,
    example: ['7k2m-q0vd-9xwe-13ab-c4tz-r8hn'],
    description: 'Ten codes, shown this once; each stands in for the second factor once.',
  })
  recovery_codes!: readonly string[];
}

export class VerifiedView {
  @ApiProperty({ type: 'string', format: 'date-time', description: 'When the code was taken.' })
  verified_at!: string;
}

export function toOfferedSecretView(offered: OfferedSecret): OfferedSecretView {
  return { secret: offered.secret, otpauth_url: offered.otpauthUrl, qr_svg: offered.qrSvg };
}
