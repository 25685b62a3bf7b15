import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsTime } from './is-time.js';

export interface TextFilterOptions {
  readonly description?: string;
  readonly example?: string;
  /** In UTF-16 units; without it as long as an address may be. */
  readonly maxLength?: number;
}

/** A query parameter that narrows a list by a text; may be left out. */
export function TextFilter({ maxLength, ...shown }: TextFilterOptions = {}): PropertyDecorator {
  const limit = maxLength === undefined ? [] : [MaxLength(maxLength)];
  return applyDecorators(ApiPropertyOptional({ type: 'string', ...shown }), IsOptional(), IsString(), ...limit);
}

/** A query parameter that narrows a list by a time; may be left out. */
export function TimeFilter(shown: { readonly description?: string } = {}): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', format: 'date-time', ...shown }),
    IsOptional(),
    IsTime(),
  );
}
