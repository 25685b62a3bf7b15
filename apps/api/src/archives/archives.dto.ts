import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, Matches } from 'class-validator';
import { TextFilter, TimeFilter } from '../common/http/filters.js';
import { PageQuery } from '../common/http/page-query.dto.js';
import type { ArchiveState } from './archive.entity.js';

export class ArchiveView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'SUP-1482', description: 'Number of its ticket.' })
  ticket!: string;

  @ApiProperty({ type: 'string', example: 'vmmanager-6', description: 'Name (slug) of its platform.' })
  platform!: string;

  @ApiProperty({ type: 'string', example: 'bundle.tar.gz', description: 'File name, as the customer sent it.' })
  name!: string;

  @ApiProperty({ type: 'string', format: 'uri', description: 'Where it is downloaded; needs the second factor.' })
  file!: string;

  @ApiProperty({ type: 'integer', example: 1_932_735_283, description: 'Bytes.' })
  size!: number;

  @ApiProperty({
    type: 'string',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: 'Of the stored bytes, in hexadecimal digits.',
  })
  sha256!: string;

  @ApiProperty({ type: 'string', example: 'application/gzip', description: 'As the client declared it.' })
  media_type!: string;

  @ApiProperty({ type: 'string', example: '203.0.113.7', description: "The client's address." })
  uploaded_from!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was stored.' })
  time_create!: string;

  @ApiProperty({ type: 'boolean', description: 'Captured from a live stream by staff, not sent by a customer.' })
  capture!: boolean;

  @ApiProperty({
    type: 'string',
    enum: ['stored', 'missing', 'corrupt'],
    description: 'What the last check of its bytes found.',
  })
  state!: ArchiveState;
}

export class ArchiveQuery extends PageQuery {
  @TextFilter({ description: 'Number of the ticket, or a comma list.' })
  ticket?: string;

  @TextFilter({ description: 'Number of a ticket; 9 comes before 10.' })
  ticket__lte?: string;

  @TextFilter({ description: 'Number of a ticket; 9 comes before 10.' })
  ticket__gte?: string;

  @TextFilter({ description: 'Name (slug) or id of the platform.' })
  platform?: string;

  @TextFilter({ description: 'Part of the name.', maxLength: 255 })
  name?: string;

  @ApiPropertyOptional({ type: 'string', description: 'Its first hexadecimal digits, or all 64.' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @Matches(/^[0-9a-f]{1,64}$/, { message: 'must be 1 to 64 hexadecimal digits' })
  sha256?: string;

  @TextFilter({ description: 'Exactly this identifier.' })
  id?: string;

  @TextFilter({ description: 'Comma list of ids.' })
  id__in?: string;

  @TextFilter({ description: 'Identifiers up to this one.' })
  id__lte?: string;

  @TextFilter({ description: 'Identifiers from this one on.' })
  id__gte?: string;

  @TimeFilter({ description: 'To the millisecond.' })
  time_create?: string;

  @TimeFilter({ description: 'Stored then or later.' })
  time_create__gte?: string;

  @TimeFilter({ description: 'Stored then or earlier.' })
  time_create__lte?: string;
}
