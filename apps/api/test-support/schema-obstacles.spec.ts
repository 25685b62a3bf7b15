import { describe, expect, it } from '@jest/globals';
import { Table, TableColumn, type TableColumnOptions, TableUnique } from 'typeorm';
import { schemaObstacles } from './schema-obstacles.js';

const column = (options: Partial<TableColumnOptions>) => new TableColumn({ name: 'new', type: 'text', ...options });
/** With a column `note`, which may differ. */
const ticket = (note: Partial<TableColumnOptions> = {}) =>
  new Table({
    name: 'ticket',
    columns: [column({ name: 'id' }), column({ name: 'note', isNullable: true, ...note })],
  });
const ticketAnd = (options: Partial<TableColumnOptions>) => {
  const table = ticket();
  table.addColumn(column(options));
  return table;
};

describe('A newer schema', () => {
  it.each<[string, Table, string]>([
    ['lacks a column', new Table({ name: 'ticket', columns: [column({ name: 'id' })] }), 'note is gone'],
    ['has a column of another type', ticket({ type: 'integer' }), 'note is integer instead of text'],
    ['wants a value where none was needed', ticket({ isNullable: false }), 'note must have a value now'],
    ['wants a value of its own', ticketAnd({ isNullable: false }), 'new is new, must have a value and has no default'],
    [
      'forbids what was allowed',
      new Table({ ...ticket(), uniques: [new TableUnique({ columnNames: ['note'] })] }),
      'unique note',
    ],
  ])('is in the way of the version before when it %s', (_what, newer, expected) => {
    expect(schemaObstacles([ticket()], [newer])).toEqual([`ticket: ${expected}`]);
  });

  it('is in the way when a table is gone, and not when there are new ones, or columns that nobody has to know', () => {
    const newer = ticketAnd({ isNullable: true });
    newer.addColumn(column({ name: 'counted', isNullable: false, default: 0 }));
    expect(schemaObstacles([ticket()], [newer, new Table({ name: 'capture' })])).toEqual([]);
    expect(schemaObstacles([ticket()], [])).toEqual(['ticket is gone']);
  });
});
