import { Column, type ColumnOptions } from 'typeorm';

const fromDatabase = (value: string | number | null): number | null => (value === null ? null : Number(value));

/** A whole number up to 2^53 (bytes, counts). PostgreSQL answers bigint as text; this makes it a number again. */
export function BigIntColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({
    ...options,
    type: 'bigint',
    transformer: { to: (value: number | null) => value, from: fromDatabase },
  });
}

/**
 * A point in time: milliseconds since the epoch, in both databases the same 64-bit number, because the two differ in
 * precision, zone and text form of their own date types and a cursor must mean the same in both.
 */
export function TimeColumn(options: ColumnOptions = {}): PropertyDecorator {
  return BigIntColumn(options);
}
