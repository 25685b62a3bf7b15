import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Allow, IsBoolean, IsOptional, IsString, Length, Matches } from 'class-validator';
import { TextFilter } from '../common/http/filters.js';
import { PageQuery } from '../common/http/page-query.dto.js';

const SLUG = /^[A-Za-z0-9_-]{1,50}$/;

export class PlatformView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'vmmanager-6', description: 'Slug; unique.' })
  name!: string;

  @ApiProperty({ type: 'string', example: 'VMmanager 6', description: 'The name people read.' })
  pretty_name!: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'Counts edits; also the entity tag.' })
  version!: number;
}

/** Fields that a client which writes back what it read may send; they are ignored. */
class IgnoredPlatformFields {
  @Allow()
  id?: unknown;

  @Allow()
  version?: unknown;
}

export class PlatformInput extends IgnoredPlatformFields {
  @ApiProperty({
    type: 'string',
    example: 'vmmanager-6',
    pattern: SLUG.source,
    description: 'Slug: letters, digits, `_` and `-`; unique.',
  })
  @IsString()
  @Matches(SLUG, { message: 'must be 1 to 50 letters, digits, "-" or "_"' })
  name!: string;

  @ApiProperty({
    type: 'string',
    example: 'VMmanager 6',
    minLength: 1,
    maxLength: 150,
    description: 'How people call it.',
  })
  @IsString()
  @Length(1, 150)
  pretty_name!: string;
}

export class PlatformPatch extends IgnoredPlatformFields {
  @ApiPropertyOptional({
    type: 'string',
    example: 'vmmanager-6',
    pattern: SLUG.source,
    description: 'Slug: letters, digits, `_` and `-`; unique.',
  })
  @IsOptional()
  @IsString()
  @Matches(SLUG, { message: 'must be 1 to 50 letters, digits, "-" or "_"' })
  name?: string;

  @ApiPropertyOptional({
    type: 'string',
    example: 'VMmanager 6',
    minLength: 1,
    maxLength: 150,
    description: 'How people call it.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 150)
  pretty_name?: string;
}

export class PlatformQuery extends PageQuery {
  @TextFilter({ description: 'Part of the name or of the pretty name.' })
  search?: string;
}

export class PlatformDeletionQuery {
  @ApiPropertyOptional({ type: 'boolean', default: false, description: 'Also delete its tickets and their archives.' })
  @IsOptional()
  @Transform(({ value }) => value === 'true' || value === true)
  @IsBoolean()
  cascade: boolean = false;
}
