import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { TextFilter, TimeFilter } from '../common/http/filters.js';
import { PageQuery } from '../common/http/page-query.dto.js';

const AUDIT_FORMATS = ['json', 'jsonl', 'csv'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

export class AuditEventView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it happened.' })
  time!: string;

  @ApiProperty({ type: 'string', example: 'archive.downloaded', description: 'What was done, as `thing.verb`.' })
  action!: string;

  @ApiProperty({
    type: 'string',
    enum: ['staff', 'customer', 'anonymous', 'system'],
    description: 'Who did it: staff, a customer with an upload token, nobody known, or the server itself.',
  })
  actor_kind!: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'Id of the user, or of the upload token of a customer.' })
  actor_id!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'anna',
    description: 'Name of the user; null where there is none.',
  })
  actor_name!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'archive', description: 'Kind of what it was done to.' })
  target_kind!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Identifier of what it was done to.' })
  target_id!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'bundle.tar.gz', description: 'What it was called then.' })
  target_name!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: '203.0.113.7', description: "The client's address." })
  address!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: "The client's User-Agent." })
  agent!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Of the request, as in the log and in X-Request-Id.' })
  request_id!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'More, depending on the action.' })
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

  @TextFilter({ example: 'ticket', maxLength: 32, description: 'Kind of what it was done to.' })
  target_kind?: string;

  @TextFilter({ description: 'Id or name of the target.', maxLength: 255 })
  target?: string;

  @TextFilter({ maxLength: 64, description: 'Address of the client, exactly.' })
  address?: string;

  @TimeFilter({ description: 'Then or later.' })
  time__gte?: string;

  @TimeFilter({ description: 'Then or earlier.' })
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
