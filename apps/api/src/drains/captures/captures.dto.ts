import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { PageQuery } from '../../common/http/page-query.dto.js';
import { DestinationFields } from '../drains.dto.js';
import { CAPTURE_ENDS, CAPTURE_STATES, type CaptureEnd, type CaptureState } from './capture.entity.js';

const MAX_SECONDS = 3_600;
const MIN_BYTES = 1_024;
/** Text of an hour at about 19 MB a second. */
const MAX_BYTES = 64 * 1_024 ** 3;
const DEFAULT_BYTES = 1_024 ** 3;

export class CaptureInput extends DestinationFields {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MAX_SECONDS,
    example: 300,
    description: 'When to end by itself; at most an hour.',
  })
  @IsInt()
  @Min(1)
  @Max(MAX_SECONDS)
  duration_seconds!: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: MIN_BYTES,
    maximum: MAX_BYTES,
    default: DEFAULT_BYTES,
    description: 'It ends before the line that would make its text longer; the archive is compressed and smaller.',
  })
  @IsOptional()
  @IsInt()
  @Min(MIN_BYTES)
  @Max(MAX_BYTES)
  max_bytes: number = DEFAULT_BYTES;
}

export class CaptureView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'SUP-1482', description: 'Number of its ticket.' })
  ticket!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'shop', description: 'Name of the app; null for a site.' })
  app!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'production', description: 'Space of the app.' })
  space!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'www.example.com',
    description: 'In place of app and space.',
  })
  site!: string | null;

  @ApiProperty({
    enum: CAPTURE_STATES,
    description:
      '`finishing`: the archive is being made; `interrupted`: it ended too early, and what had come by then is the archive; `failed`: there is no archive; `cancelled`: what had come was thrown away.',
  })
  state!: CaptureState;

  @ApiProperty({
    enum: CAPTURE_ENDS,
    nullable: true,
    description: '`size`: the next line would have been too much; `fault`: `error` says what went wrong.',
  })
  ended_by!: CaptureEnd | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'There is not enough space. The archive ends there.',
    description: 'What went wrong. A running capture may have one, while the log shuttle is away.',
  })
  error!: string | null;

  @ApiProperty({ type: 'string', example: 'anna', description: 'Who began it.' })
  started_by!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it began.' })
  started_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it ends, or would have.' })
  ends_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null while it goes on.' })
  ended_at!: string | null;

  @ApiProperty({ type: 'integer', example: 148_201, description: 'Captured and safe.' })
  lines!: number;

  @ApiProperty({ type: 'integer', example: 21_830_114, description: 'Of text, before it is compressed.' })
  bytes!: number;

  @ApiProperty({
    type: 'integer',
    example: 1_073_741_824,
    description: 'It ends by itself when its lines have so many bytes.',
  })
  max_bytes!: number;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'How often lines may be missing; a line beginning with `… gap` marks each place.',
  })
  gaps!: number;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'What was heard until then is safe; null before the log shuttle listened for it.',
  })
  stored_until!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: '019a9a60-0b3e-7a41-8f0e-2b7d5c9e1f30',
    description: 'Id of the archive; null while there is none, and where nothing came.',
  })
  archive!: string | null;
}

export class CapturesQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'string', example: 'SUP-1482', description: 'Those into this ticket.' })
  @IsOptional()
  @IsString()
  ticket?: string;
}
