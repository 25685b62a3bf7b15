import { Brackets, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor, MAX_EXACT_COUNT, type Page, type PageRequest } from '../common/http/page.js';
import type { Database } from './database.js';

export interface PageOrder<T> {
  /** Property of the entity; ties are broken by `id`. */
  readonly column: keyof T & string;
  readonly descending: boolean;
}

/**
 * One page of `query` by (column, id). Texts are ordered byte by byte on both databases, so that a cursor means the
 * same place whatever the locale of the server.
 */
export async function findPage<T extends ObjectLiteral & { id: string }>(
  database: Database,
  query: SelectQueryBuilder<T>,
  request: PageRequest,
  order: PageOrder<T>,
): Promise<Page<T>> {
  const total = await countUpTo(query, MAX_EXACT_COUNT);
  const { alias } = query;
  const isTextKey = isText(query, order.column);
  const key = database.bytewise(`${alias}.${columnName(query, order.column)}`, isTextKey);
  const id = database.bytewise(`${alias}.id`, true);
  const direction = order.descending ? 'DESC' : 'ASC';
  if (request.cursor) {
    const position = decodeCursor(request.cursor, isTextKey);
    const beyond = order.descending ? '<' : '>';
    query.andWhere(
      new Brackets((either) =>
        either
          .where(`${key} ${beyond} :cursorKey`, { cursorKey: position.key })
          .orWhere(`(${key} = :cursorKey AND ${id} ${beyond} :cursorId)`, {
            cursorKey: position.key,
            cursorId: position.id,
          }),
      ),
    );
  }
  const rows = await query
    .orderBy(key, direction)
    .addOrderBy(id, direction)
    .limit(request.limit + 1)
    .getMany();
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  if (rows.length <= request.limit || !last) return { items, total };
  return { items, total, nextCursor: encodeCursor({ key: last[order.column] as string | number, id: last.id }) };
}

/** Counting stops at `limit`, so that a list of millions does not pay for its total. */
async function countUpTo<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  limit: number,
): Promise<Page<T>['total']> {
  const bounded = query
    .clone()
    .select('1', 'one')
    .limit(limit + 1);
  const [row] = await query.connection.query<{ count: string | number }[]>(...countStatement(bounded));
  const count = Number(row?.count ?? 0);
  return { count: Math.min(count, limit), isExact: count <= limit };
}

function countStatement<T extends ObjectLiteral>(bounded: SelectQueryBuilder<T>): [string, unknown[]] {
  const [sql, parameters] = bounded.getQueryAndParameters();
  return [`SELECT COUNT(*) AS "count" FROM (${sql}) AS "bounded"`, parameters];
}

function columnOf<T extends ObjectLiteral>(query: SelectQueryBuilder<T>, property: string) {
  const column = query.expressionMap.mainAlias?.metadata.findColumnWithPropertyName(property);
  if (!column) throw new Error(`There is no column for ${property}.`);
  return column;
}

function columnName<T extends ObjectLiteral>(query: SelectQueryBuilder<T>, property: string): string {
  return columnOf(query, property).databaseName;
}

function isText<T extends ObjectLiteral>(query: SelectQueryBuilder<T>, property: string): boolean {
  return ['varchar', 'text'].includes(String(columnOf(query, property).type));
}
