import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { commonErrors, type FieldFault } from '../errors/common.errors.js';

/** Bodies: unknown fields are refused. */
export function bodyValidation(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => commonErrors.validation(errors.flatMap((error) => faults(error, ''))),
  });
}

/** Query strings: unknown parameters are ignored, as the contract says. */
export function queryValidation(): ValidationPipe {
  return new ValidationPipe({
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
