import { ValidateBy } from 'class-validator';

const ISO_8601 = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?$/;

/** Whether it is a time of ISO 8601 in the form that the API also answers, or a day; weeks and ordinals are not. */
export function isTime(value: unknown): boolean {
  return typeof value === 'string' && ISO_8601.test(value) && !Number.isNaN(Date.parse(value));
}

/** Property decorator for times in bodies and queries. Whatever passes, `Date.parse` understands. */
export function IsTime(): PropertyDecorator {
  return ValidateBy({
    name: 'isTime',
    validator: { validate: isTime, defaultMessage: () => 'must be a time such as 2026-11-20T18:45:00Z' },
  });
}
