import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../../common/http/page-query.dto.js';
import { REPLAY_STATES, type ReplayState } from './replay.entity.js';

export class ReplayInput {
  @ApiProperty({ type: 'string', example: '4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55', description: 'Where its lines go.' })
  @IsString()
  @Length(1, 64)
  drain_id!: string;
}

export class ReplayView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'SUP-1482', description: 'Number of the ticket; each line carries it.' })
  ticket!: string;

  @ApiProperty({ type: 'string', example: '019a9a60-0b3e-7a41-8f0e-2b7d5c9e1f30', description: 'Id of the archive.' })
  archive!: string;

  @ApiProperty({ type: 'string', example: 'system.log.gz', description: 'File name of the archive.' })
  archive_name!: string;

  @ApiProperty({ type: 'string', example: '4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55', description: 'Id of the drain.' })
  drain_id!: string;

  @ApiProperty({ type: 'string', example: 'shop-production', description: 'HOSTNAME of the packets.' })
  drain_token!: string;

  @ApiProperty({ enum: REPLAY_STATES, description: '`failed`: the reason is in `error`.' })
  state!: ReplayState;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'The drain is paused. Let it go on first.',
    description: 'Why it failed; of a running one, what it waits for.',
  })
  error!: string | null;

  @ApiProperty({ type: 'string', example: 'anna', description: 'Who began it.' })
  started_by!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it began.' })
  started_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null while it goes on.' })
  ended_at!: string | null;

  @ApiProperty({ type: 'integer', example: 1_932_735_283, description: 'Size of the archive.' })
  total_bytes!: number;

  @ApiProperty({ type: 'integer', example: 811_204_608, description: 'How much of it is sent.' })
  bytes_read!: number;

  @ApiProperty({ type: 'integer', example: 5_204_117, description: 'Delivered, or safe with the log shuttle.' })
  lines_sent!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Given up by the drain, as its buffer was full.' })
  lines_dropped!: number;
}

export class ReplaysQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'string', example: 'SUP-1482', description: 'Those of archives of this ticket.' })
  @IsOptional()
  @IsString()
  ticket?: string;

  @ApiPropertyOptional({ type: 'string', description: 'Those of this archive.' })
  @IsOptional()
  @IsString()
  archive?: string;
}
