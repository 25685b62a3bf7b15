import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { commonErrors, type FieldFault } from '../errors/common.errors.js';
import { PageQuery } from './page-query.dto.js';

/** More than any form of ours has fields. */
const MAX_FAULTS = 100;

/**
 * Checks bodies and query strings against their DTO classes. Unknown fields of a body are refused, unknown query
 * parameters are ignored, as the contract says.
 */
@Injectable()
export class InputValidation implements PipeTransform {
  private readonly body = validationPipe({ forbidNonWhitelisted: true });
  private readonly others = validationPipe({});

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'custom') refuseNul(value, metadata.type);
    // A missing body is checked like an empty one, so that the answer names the fields that are missing.
    if (metadata.type === 'body') return this.body.transform(value ?? {}, metadata);
    return this.others.transform(isListQuery(metadata) ? withoutEmptyFilters(value) : value, metadata);
  }
}

function isListQuery({ metatype }: ArgumentMetadata): boolean {
  return metatype !== undefined && (metatype === PageQuery || metatype.prototype instanceof PageQuery);
}

/** One that a form or a script sends without a value narrows nothing, as with the original. */
function withoutEmptyFilters(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  return Object.fromEntries(Object.entries(query).filter(([name, value]) => value !== '' || name === 'limit'));
}

function validationPipe(options: { forbidNonWhitelisted?: boolean }): ValidationPipe {
  return new ValidationPipe({
    ...options,
    whitelist: true,
    transform: true,
    exceptionFactory: (errors) =>
      commonErrors.validation(errors.flatMap((error) => faults(error, '')).slice(0, MAX_FAULTS)),
  });
}

/**
 * U+0000 is no text: PostgreSQL cannot even be asked for it. Nothing has a name with it, so a path with it leads
 * nowhere.
 */
function refuseNul(value: unknown, place: 'body' | 'query' | 'param'): void {
  const pointer = pointerToNul(value, '');
  if (pointer === undefined) return;
  if (place === 'param') throw commonErrors.notFound('This path');
  throw commonErrors.validation([{ pointer, detail: 'must not contain the character U+0000' }]);
}

function pointerToNul(value: unknown, pointer: string): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? pointer : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = key.includes('\0') ? pointer : pointerToNul(inner, `${pointer}/${escapedForPointer(key)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function escapedForPointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function faults(error: ValidationError, parent: string): FieldFault[] {
  const pointer = `${parent}/${escapedForPointer(error.property)}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    pointer,
    detail: withoutName(message, error.property),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faults(child, pointer))];
}

/** class-validator begins its messages with the property's name, which the pointer already says. */
function withoutName(message: string, property: string): string {
  const beginning = [`property ${property} `, `${property} `].find((text) => message.startsWith(text));
  return message.slice(beginning?.length ?? 0);
}
