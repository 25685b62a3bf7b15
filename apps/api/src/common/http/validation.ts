import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { commonErrors, type FieldFault } from '../errors/common.errors.js';

/**
 * Checks bodies and query strings against their DTO classes. Unknown fields of a body are refused, unknown query
 * parameters are ignored, as the contract says.
 */
@Injectable()
export class InputValidation implements PipeTransform {
  private readonly body = validationPipe({ forbidNonWhitelisted: true });
  private readonly others = validationPipe({});

  transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // A missing body is checked like an empty one, so that the answer names the fields that are missing.
    if (metadata.type === 'body') return this.body.transform(value ?? {}, metadata);
    return this.others.transform(value, metadata);
  }
}

function validationPipe(options: { forbidNonWhitelisted?: boolean }): ValidationPipe {
  return new ValidationPipe({
    ...options,
    whitelist: true,
    transform: true,
    exceptionFactory: (errors) => commonErrors.validation(errors.flatMap((error) => faults(error, ''))),
  });
}

function faults(error: ValidationError, parent: string): FieldFault[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    pointer,
    detail: withoutName(message, error.property),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faults(child, pointer))];
}

/** class-validator begins its messages with the property's name, which the pointer already says. */
function withoutName(message: string, property: string): string {
  return message.replace(new RegExp(`^(property )?${property.replace(/[^\w]/g, '.')} `), '');
}
