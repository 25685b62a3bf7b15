import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { DEFAULT_LIMIT } from './page.js';

/** The query parameters of every list. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    default: DEFAULT_LIMIT,
    minimum: 1,
    description: `Items on one page; more than ${DEFAULT_LIMIT} are never answered.`,
  })
  @IsOptional()
  @Transform(({ value }) => limitOf(value))
  @IsInt()
  @Min(1)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ type: 'string', description: 'Where to go on; from the Link header of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  cursor?: string;
}

/** More than there may be is what a client gets that wants everything; what is no number is a mistake. */
function limitOf(given: unknown): number {
  return typeof given === 'string' && /^\d+$/.test(given) ? Math.min(Number(given), DEFAULT_LIMIT) : Number.NaN;
}
