import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { API_KEY_SCOPES, type ApiKeyScope } from '../../common/access/principal.js';
import { IsTime } from '../../common/http/is-time.js';
import { isoTime, isoTimeOrNull } from '../http/iso-time.js';
import type { ApiKey } from './api-key.entity.js';
import { parseScopes } from './api-key.rules.js';
import type { MadeApiKey } from './api-keys.service.js';

const MAX_LABEL_LENGTH = 150;

export class ApiKeyInput {
  @ApiProperty({
    type: 'string',
    example: 'nightly export',
    maxLength: MAX_LABEL_LENGTH,
    description: 'For people, such as what it is used by.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_LABEL_LENGTH)
  label!: string;

  @ApiProperty({
    type: 'string',
    isArray: true,
    enum: API_KEY_SCOPES,
    example: ['read'],
    description: 'What it may do, at most; never more than its owner.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(API_KEY_SCOPES.length)
  @ArrayUnique()
  @IsIn(API_KEY_SCOPES, { each: true })
  scopes!: ApiKeyScope[];

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    example: '2026-12-01T12:00:00Z',
    description: 'Within 366 days; 90 days where not given.',
  })
  @IsOptional()
  @IsTime()
  expires_at?: string;
}

export class ApiKeyView {
  @ApiProperty({
    type: 'string',
    example: '0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'nightly export', description: 'For people, to tell it from others.' })
  label!: string;

  @ApiProperty({ type: 'string', example: 'x7Qa', description: "The key's last characters." })
  hint!: string;

  @ApiProperty({
    type: 'string',
    isArray: true,
    enum: API_KEY_SCOPES,
    example: ['read'],
    description: 'What it may do, at most; never more than its owner.',
  })
  scopes!: readonly ApiKeyScope[];

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it stops working.' })
  expires_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null until it is used.' })
  last_used_at!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was made.' })
  time_create!: string;
}

export class MadeApiKeyView extends ApiKeyView {
  @ApiProperty({ type: 'string', example: 'lck_…', description: 'For `Authorization: Bearer`; shown this once.' })
  key!: string;
}

export function toApiKeyView(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    label: key.label,
    hint: key.hint,
    scopes: parseScopes(key.scopes),
    expires_at: isoTime(key.expiresAt),
    last_used_at: isoTimeOrNull(key.lastUsedAt),
    time_create: isoTime(key.timeCreate),
  };
}

export function toMadeApiKeyView(made: MadeApiKey): MadeApiKeyView {
  return { ...toApiKeyView(made.row), key: made.key };
}
