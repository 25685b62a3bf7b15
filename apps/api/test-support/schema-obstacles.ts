import type { Table, TableColumn } from 'typeorm';

/**
 * What a server of the version before trips over that goes on running on the newer schema: the rule is ADR 21's, to add
 * tables, and columns that are nullable or have a default.
 */
export function schemaObstacles(older: readonly Table[], newer: readonly Table[]): string[] {
  return older.flatMap((before) => {
    const after = newer.find(({ name }) => name === before.name);
    if (!after) return [`${before.name} is gone`];
    return [...columnObstacles(before, after), ...newRules(before, after)].map((what) => `${before.name}: ${what}`);
  });
}

function columnObstacles(before: Table, after: Table): string[] {
  const changed = before.columns.flatMap((old) => {
    const now = after.findColumnByName(old.name);
    if (!now) return [`${old.name} is gone`];
    if (typeOf(now) !== typeOf(old)) return [`${old.name} is ${typeOf(now)} instead of ${typeOf(old)}`];
    return old.isNullable && !now.isNullable ? [`${old.name} must have a value now`] : [];
  });
  const added = after.columns.filter(({ name }) => !before.findColumnByName(name));
  const needed = added.filter((column) => !column.isNullable && column.default === undefined);
  return [...changed, ...needed.map(({ name }) => `${name} is new, must have a value and has no default`)];
}

function typeOf({ type, length }: TableColumn): string {
  return length ? `${type}(${length})` : type;
}

/** What may refuse a row that was accepted before. */
function newRules(before: Table, after: Table): string[] {
  const known = new Set(rulesOf(before));
  return rulesOf(after).filter((rule) => !known.has(rule));
}

function rulesOf({ uniques, indices, checks, foreignKeys }: Table): string[] {
  return [
    ...[...uniques, ...indices.filter(({ isUnique }) => isUnique)].map(
      ({ columnNames }) => `unique ${columnNames.join()}`,
    ),
    ...checks.map(({ expression }) => `check ${expression}`),
    ...foreignKeys.map(({ columnNames }) => `reference by ${columnNames.join()}`),
  ];
}
