import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { TextFilter, TimeFilter } from '../common/http/filters.js';
import { PageQuery } from '../common/http/page-query.dto.js';

const AUDIT_FORMATS = ['json', 'jsonl', 'csv'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

export class AuditEventView {
  @ApiProperty({ type: 'string', example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11' })
  id!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  time!: string;

  @ApiProperty({ type: 'string', example: 'archive.downloaded' })
  action!: string;

  @ApiProperty({ type: 'string', enum: ['staff', 'customer', 'anonymous', 'system'] })
  actor_kind!: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'Id of the user, or of the upload token of a customer.' })
  actor_id!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'anna' })
  actor_name!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'archive' })
  target_kind!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  target_id!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'bundle.tar.gz' })
  target_name!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: '203.0.113.7' })
  address!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  agent!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  request_id!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  details!: Record<string, unknown>;
}

export class AuditQuery extends PageQuery {
  @TextFilter({
    example: 'archive.downloaded',
    description: 'An action, or the beginning of one ending in ".".',
    maxLength: 64,
  })
  action?: string;

  @TextFilter({ description: "A user's name, or the id of an actor.", maxLength: 150 })
  actor?: string;

  @TextFilter({ example: 'ticket', maxLength: 32 })
  target_kind?: string;

  @TextFilter({ description: 'Id or name of the target.', maxLength: 255 })
  target?: string;

  @TextFilter({ maxLength: 64 })
  address?: string;

  @TimeFilter()
  time__gte?: string;

  @TimeFilter()
  time__lte?: string;

  @ApiPropertyOptional({
    type: 'string',
    enum: AUDIT_FORMATS,
    default: 'json',
    description: '`jsonl` and `csv` answer everything, not one page.',
  })
  @IsOptional()
  @IsIn(AUDIT_FORMATS)
  format: AuditFormat = 'json';
}
