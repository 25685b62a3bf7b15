import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor, MAX_EXACT_COUNT, type Page, type PageRequest } from '../common/http/page.js';

interface Listed extends ObjectLiteral {
  readonly id: string;
  readonly timeCreate: number;
}

/** One page of what the query finds, newest first, going on behind the cursor's (time, id). */
export async function keysetPage<T extends Listed>(
  query: SelectQueryBuilder<T>,
  request: PageRequest,
): Promise<Page<T>> {
  const { alias } = query;
  const found = await query
    .clone()
    .select(`${alias}.id`)
    .limit(MAX_EXACT_COUNT + 1)
    .getMany();
  const total = { count: Math.min(found.length, MAX_EXACT_COUNT), isExact: found.length <= MAX_EXACT_COUNT };
  if (request.cursor !== undefined) {
    const { key, id } = decodeCursor(request.cursor);
    query.andWhere(`(${alias}.timeCreate < :key OR (${alias}.timeCreate = :key AND ${alias}.id < :id))`, {
      key: Number(key),
      id,
    });
  }
  const rows = await query
    .orderBy(`${alias}.timeCreate`, 'DESC')
    .addOrderBy(`${alias}.id`, 'DESC')
    .limit(request.limit + 1)
    .getMany();
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  const hasMore = rows.length > items.length && last !== undefined;
  return {
    items,
    total,
    ...(hasMore ? { nextCursor: encodeCursor({ key: last.timeCreate, id: last.id }) } : {}),
  };
}
