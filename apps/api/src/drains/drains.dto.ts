import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsObject, IsOptional, IsString, Length, Matches, MaxLength, ValidateNested } from 'class-validator';
import { PageQuery } from '../common/http/page-query.dto.js';

export const DRAIN_KINDS = ['app', 'site'] as const;
export const DRAIN_STATUSES = ['idle', 'connected', 'backing_off', 'paused'] as const;
const SHUTTLE_STATES = ['ready', 'not_configured', 'unreachable', 'key_refused'] as const;
/** What a name of an app, a space or a site may be made of: it becomes the HOSTNAME of packets. */
const NAME = /^[!-~]{1,255}$/;
const NAME_MESSAGE = { message: 'must be 1 to 255 printable ASCII characters without spaces' };
const MAX_URL_LENGTH = 2_048;
const MAX_PEM_LENGTH = 65_536;

export class DrainTlsView {
  @ApiProperty({ type: 'boolean', description: 'Certificates of its own that the receiver is checked against.' })
  ca!: boolean;

  @ApiProperty({ type: 'boolean', description: 'It shows the receiver a certificate.' })
  client_certificate!: boolean;
}

export class DrainStateView {
  @ApiProperty({
    enum: DRAIN_STATUSES,
    description: '`idle`: nothing to send; `backing_off`: at one instance at least, the receiver is away.',
  })
  status!: (typeof DRAIN_STATUSES)[number];

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'The receiver refused the connection.',
    description: 'What went wrong last; null where nothing did.',
  })
  last_error!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When that was.' })
  last_error_at!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When it is tried again.' })
  retry_at!: string | null;

  @ApiProperty({ type: 'integer', example: 148_201, description: 'Lines delivered since the shuttle started.' })
  sent!: number;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Lines given up: the buffer was full or damaged, or the receiver refused them for good.',
  })
  dropped!: number;

  @ApiProperty({ type: 'integer', example: 12, description: 'Lines that wait, in memory and on the disk.' })
  buffered_records!: number;

  @ApiProperty({ type: 'integer', example: 3_072, description: 'Size of the lines that wait.' })
  buffered_bytes!: number;

  @ApiProperty({ type: 'number', example: 120.5, description: 'Delivered at present.' })
  lines_per_second!: number;

  @ApiProperty({
    type: 'integer',
    example: 1,
    description: 'Instances of the shuttle heard from in the last ten seconds, whose counts are added up here.',
  })
  instances!: number;
}

export class DrainView {
  @ApiProperty({
    type: 'string',
    example: '4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ enum: DRAIN_KINDS, description: 'What its lines come from.' })
  kind!: (typeof DRAIN_KINDS)[number];

  @ApiProperty({ type: 'string', example: 'shop-production', description: 'HOSTNAME of its packets.' })
  token!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'shop', description: 'Name of the app; null for a site.' })
  app!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'production', description: 'Space of the app.' })
  space!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'www.example.com',
    description: 'Name of the site; null for an app.',
  })
  site!: string | null;

  @ApiProperty({
    type: 'string',
    example: 'syslog+tls://***@logs.example.com:6514',
    description: 'What stands before the @ is not shown.',
  })
  url!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was made.' })
  created_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was last changed.' })
  updated_at!: string;

  @ApiProperty({ type: 'boolean', description: 'Lines are kept and not sent.' })
  paused!: boolean;

  @ApiProperty({ type: DrainTlsView })
  tls!: DrainTlsView;

  @ApiProperty({ type: DrainStateView })
  state!: DrainStateView;
}

export class ShuttleStatusView {
  @ApiProperty({
    enum: SHUTTLE_STATES,
    description: '`not_configured`: no SHUTTLE_URL; `key_refused`: another SHUTTLE_AUTH_KEY than its AUTH_KEY.',
  })
  state!: (typeof SHUTTLE_STATES)[number];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'What to do, where it is not `ready`.',
    example: 'The log shuttle does not answer at SHUTTLE_URL. Logs go on without it.',
  })
  detail!: string | null;
}

export class DrainTestView {
  @ApiProperty({ type: 'boolean', description: 'The receiver took the line.' })
  delivered!: boolean;

  @ApiProperty({ type: 'integer', example: 42, description: 'How long it took, in milliseconds.' })
  duration_ms!: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: "The receiver's certificate has expired.",
    description: 'Why not; null where it was.',
  })
  error!: string | null;
}

/** Certificates and keys as PEM texts; they are never shown again. */
export class DrainTlsInput {
  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_PEM_LENGTH,
    description: 'Certificates (PEM) that the receiver is checked against, in place of the public ones.',
    example: '-----BEGIN CERTIFICATE-----\n…',
  })
  @IsOptional()
  @IsString()
  @Length(1, MAX_PEM_LENGTH)
  ca_pem?: string;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_PEM_LENGTH,
    description: 'The certificate to show (PEM), with those between it and its authority.',
    example: '-----BEGIN CERTIFICATE-----\n…',
  })
  @IsOptional()
  @IsString()
  @Length(1, MAX_PEM_LENGTH)
  certificate_pem?: string;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_PEM_LENGTH,
    description: 'Its key (PEM, without a passphrase).',
    example: '-----BEGIN PRIVATE KEY-----\n…',
  })
  @IsOptional()
  @IsString()
  @Length(1, MAX_PEM_LENGTH)
  private_key_pem?: string;
}

/** An app with its space, or a site. */
export class DestinationFields {
  @ApiPropertyOptional({ type: 'string', example: 'shop', description: 'Together with `space`.' })
  @IsOptional()
  @IsString()
  @Matches(NAME, NAME_MESSAGE)
  app?: string;

  @ApiPropertyOptional({ type: 'string', example: 'production', description: 'Space of the app.' })
  @IsOptional()
  @IsString()
  @Matches(NAME, NAME_MESSAGE)
  space?: string;

  @ApiPropertyOptional({ type: 'string', example: 'www.example.com', description: 'In place of `app` and `space`.' })
  @IsOptional()
  @IsString()
  @Matches(NAME, NAME_MESSAGE)
  site?: string;
}

export class DrainInput extends DestinationFields {
  @ApiProperty({
    type: 'string',
    example: 'syslog+tls://logs.example.com:6514',
    maxLength: MAX_URL_LENGTH,
    description: '`http`, `https`, `syslog`, `syslog+tcp`, `syslog+udp` or `syslog+tls`.',
  })
  @IsString()
  @MaxLength(MAX_URL_LENGTH)
  url!: string;

  @ApiPropertyOptional({
    type: DrainTlsInput,
    example: {},
    description: 'Certificates of its own, over HTTPS and TLS; none where left out.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DrainTlsInput)
  tls?: DrainTlsInput;
}

export class DrainPatch {
  @ApiPropertyOptional({ type: 'boolean', description: 'Keep lines and send none, or go on.' })
  @IsOptional()
  @IsBoolean()
  paused?: boolean;

  @ApiPropertyOptional({
    type: DrainTlsInput,
    nullable: true,
    example: {},
    description: 'Replaces all of them; null takes them away.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DrainTlsInput)
  tls?: DrainTlsInput | null;
}

export class DrainsQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'string', example: 'shop-production', description: 'Those of this app in its space.' })
  @IsOptional()
  @IsString()
  @MaxLength(511)
  app_space?: string;

  @ApiPropertyOptional({ type: 'string', example: 'www.example.com', description: 'Those of this site.' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  site?: string;
}
