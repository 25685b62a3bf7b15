import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { DEFAULT_LIMIT } from './page.js';

/** The query parameters of every list. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    default: DEFAULT_LIMIT,
    minimum: 1,
    maximum: DEFAULT_LIMIT,
    description: 'Items on one page.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ type: 'string', description: 'Where to go on; from the Link header of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  cursor?: string;
}
