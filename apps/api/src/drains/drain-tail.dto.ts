import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { DestinationFields } from './drains.dto.js';

const MAX_LINES = 10_000;

export class DrainTailQuery extends DestinationFields {
  @ApiPropertyOptional({
    type: 'integer',
    default: 0,
    minimum: 0,
    maximum: MAX_LINES,
    description: 'So many lines of the past first, as far as Kafka has them.',
  })
  @IsOptional()
  @Transform(({ value }) => Number(value))
  @IsInt()
  @Min(0)
  @Max(MAX_LINES)
  lines: number = 0;

  @ApiPropertyOptional({
    type: 'boolean',
    default: true,
    description: 'Go on with what comes; else end after the past.',
  })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  tail: boolean = true;
}
