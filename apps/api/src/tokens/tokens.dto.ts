import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsTime } from '../common/http/is-time.js';

export class TokenView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'SUP-1482', description: 'Number of its ticket.' })
  ticket!: string;

  @ApiProperty({
    type: 'string',
    example: 'for the DBA',
    description: 'For people, such as whom it is for; may be empty.',
  })
  label!: string;

  @ApiProperty({ type: 'string', description: 'The token itself. Showing it is recorded in the audit trail.' })
  token!: string;

  @ApiProperty({
    type: 'string',
    format: 'uri',
    example: 'https://logs.example.com/u#ms6owggg7c7n4rw3tg7kv6sgqpl7q5pb',
    description: 'What to send to the customer.',
  })
  upload_url!: string;

  @ApiProperty({
    type: 'integer',
    example: 5,
    description: 'Archives that it still allows, those of uploads under way included.',
  })
  attempts!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'How many of them uploads under way hold.' })
  attempts_open!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Archives that came through it.' })
  attempts_used!: number;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it stops working.' })
  expires_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null while it works.' })
  revoked_at!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null until it is used.' })
  last_used_at!: string | null;
}

/** Fields that a client which writes back what it read may send; they are ignored. */
class IgnoredTokenFields {
  @Allow()
  id?: unknown;
  @Allow()
  ticket?: unknown;
  @Allow()
  token?: unknown;
  @Allow()
  upload_url?: unknown;
  @Allow()
  attempts_open?: unknown;
  @Allow()
  attempts_used?: unknown;
  @Allow()
  revoked_at?: unknown;
  @Allow()
  last_used_at?: unknown;
}

export class TokenInput extends IgnoredTokenFields {
  @ApiPropertyOptional({
    type: 'string',
    example: 'second node',
    maxLength: 150,
    description: 'For people, such as whom it is for.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(150)
  label?: string;

  @ApiPropertyOptional({
    type: 'integer',
    example: 5,
    minimum: 0,
    maximum: 100,
    description: 'Archives that it still allows.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100)
  attempts?: number;

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    example: '2026-12-01T12:00:00Z',
    description: 'When it stops working; in TOKEN_LIFETIME where left out.',
  })
  @IsOptional()
  @IsTime()
  expires_at?: string;
}

/** What a customer may know of the own token. */
export class TokenCheck {
  @ApiProperty({ type: 'integer', example: 5, description: 'Archives that may still be uploaded.' })
  attempts!: number;

  @ApiProperty({ type: 'boolean', example: false, description: 'The case is closed.' })
  resolved!: boolean;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it stops working.' })
  expires_at!: string;

  @ApiProperty({ type: 'integer', example: 107_374_182_400, description: 'Largest archive, in bytes.' })
  max_bytes!: number;

  @ApiProperty({ type: 'string', example: 'SUP-1482', description: 'Number of the ticket.' })
  ticket!: string;

  @ApiProperty({ type: 'string', example: 'VMmanager 6', description: 'Pretty name of the platform.' })
  platform!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'Acme Support', description: 'Whose server it is.' })
  organisation!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: '/api/v1/logo', description: 'Path of its logo.' })
  logo_url!: string | null;
}

/** What the original application answered. */
export class FormerTokenCheck {
  @ApiProperty({ type: 'string', description: 'As it was asked for.' })
  token!: string;

  @ApiProperty({ type: 'integer', example: 5, description: 'Archives that it still allows.' })
  attempts!: number;

  @ApiProperty({ type: 'boolean', example: false, description: 'The ticket is closed.' })
  resolved!: boolean;
}
