import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { StorageStatus } from './storage.rules.js';

export class PlatformUsage {
  @ApiProperty({ type: 'string', example: 'vmmanager-6' })
  name!: string;

  @ApiProperty({ type: 'string', example: 'VMmanager 6' })
  pretty_name!: string;

  @ApiProperty({ type: 'integer' })
  archives_bytes!: number;

  @ApiProperty({ type: 'integer' })
  archives_count!: number;
}

export class StorageView {
  @ApiProperty({ type: 'integer', nullable: true, description: 'Bytes in all; null where the store knows no limit.' })
  total!: number | null;

  @ApiProperty({ type: 'integer', nullable: true })
  used!: number | null;

  @ApiProperty({ type: 'integer', nullable: true })
  free!: number | null;

  @ApiProperty({ type: 'number', nullable: true, example: 38.2 })
  used_percent!: number | null;

  @ApiProperty({ type: 'string', enum: ['ok', 'warning', 'critical'] })
  status!: StorageStatus;

  @ApiProperty({ type: 'integer', description: 'Bytes of all archives.' })
  archives_bytes!: number;

  @ApiProperty({ type: 'integer' })
  archives_count!: number;

  @ApiProperty({ type: [PlatformUsage], description: 'Largest first.' })
  platforms!: PlatformUsage[];
}

export class StorageSampleView {
  @ApiProperty({ type: 'string', format: 'date-time' })
  time!: string;

  @ApiProperty({ type: 'integer' })
  total!: number;

  @ApiProperty({ type: 'integer' })
  free!: number;

  @ApiProperty({ type: 'integer' })
  archives_bytes!: number;

  @ApiProperty({ type: 'integer' })
  archives_count!: number;
}

export class StorageHistoryQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 366, default: 30 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  days: number = 30;
}
