import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { StorageStatus } from './storage.rules.js';

export class PlatformUsage {
  @ApiProperty({ type: 'string', example: 'vmmanager-6', description: 'Slug of the platform.' })
  name!: string;

  @ApiProperty({ type: 'string', example: 'VMmanager 6', description: 'How people call it.' })
  pretty_name!: string;

  @ApiProperty({ type: 'integer', description: 'Size of the archives, in bytes.' })
  archives_bytes!: number;

  @ApiProperty({ type: 'integer', description: 'How many archives.' })
  archives_count!: number;
}

export class StorageView {
  @ApiProperty({ type: 'integer', nullable: true, description: 'Bytes in all; null where the store knows no limit.' })
  total!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Bytes in use on the volume, by anything; null where the store has no end.',
  })
  used!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Bytes free on the volume; null where the store has no end.',
  })
  free!: number | null;

  @ApiProperty({
    type: 'number',
    nullable: true,
    example: 38.2,
    description: 'Of the volume; null where the store has no end.',
  })
  used_percent!: number | null;

  @ApiProperty({ type: 'string', enum: ['ok', 'warning', 'critical'], description: 'How urgent it is to make space.' })
  status!: StorageStatus;

  @ApiProperty({ type: 'integer', description: 'Bytes of all archives.' })
  archives_bytes!: number;

  @ApiProperty({ type: 'integer', description: 'How many archives.' })
  archives_count!: number;

  @ApiProperty({ type: [PlatformUsage], description: 'Largest first.' })
  platforms!: PlatformUsage[];
}

export class StorageSampleView {
  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was measured.' })
  time!: string;

  @ApiProperty({ type: 'integer', description: 'Size of the volume, in bytes.' })
  total!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes free on the volume.' })
  free!: number;

  @ApiProperty({ type: 'integer', description: 'Size of the archives, in bytes.' })
  archives_bytes!: number;

  @ApiProperty({ type: 'integer', description: 'How many archives.' })
  archives_count!: number;
}

export class StorageHistoryQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 366, default: 30, description: 'How far back.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  days: number = 30;
}
