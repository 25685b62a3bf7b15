import { AsyncResource } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../test-support/test-databases.js';
import { entities } from '../app.entities.js';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { openDataSources } from './data-sources.js';
import { Database } from './database.js';

function event(id: string): AuditEvent {
  return {
    ...{ id, time: 1, action: 'test.written', actorKind: 'system', actorId: null, actorName: null, targetKind: null },
    ...{ targetId: null, targetName: null, address: null, agent: null, requestId: null, details: '{}' },
  };
}

describe.each(databaseKinds)('Database on %s', (kind) => {
  let test: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    test = await createTestDatabase(kind);
    const { writer, reader } = await openDataSources(test.target, entities);
    database = new Database(writer, reader);
  });

  afterEach(async () => {
    await database.close();
    await test.drop();
  });

  const ids = async (): Promise<string[]> => {
    const rows = await database.repository(AuditEvent).find({ order: { id: 'ASC' } });
    return rows.map((row) => row.id);
  };

  it('loses nothing that was acknowledged when 100 writers run at once and one rolls back', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) =>
        database.transaction(async () => {
          const repository = database.repository(AuditEvent);
          await repository.insert(event(`writer-${String(index).padStart(3, '0')}`));
          if (index === 50) throw new Error('this one rolls back');
          return index;
        }),
      ),
    );
    const acknowledged = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(acknowledged).toHaveLength(99);
    expect(await ids()).toEqual(acknowledged.map((index) => `writer-${String(index).padStart(3, '0')}`));
  });

  it('lets the process go on with other things between many transactions of one job', async () => {
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    }, 1);
    const end = performance.now() + 300;
    while (performance.now() < end) await database.transaction(() => database.repository(AuditEvent).count());
    clearInterval(others);
    expect(turns).toBeGreaterThanOrEqual(5);
  });

  it('refuses a write outside a transaction', async () => {
    await expect(database.repository(AuditEvent).insert(event('stray'))).rejects.toThrow(/read-?only/i);
  });

  it('shows a reader nothing that may yet be rolled back', async () => {
    await database.transaction(() => database.repository(AuditEvent).insert(event('committed')));
    // Bound to the context from before the transaction, as another request's would be.
    const readAsStranger = AsyncResource.bind(ids);
    let seenMeanwhile: string[] = [];
    await expect(
      database.transaction(async () => {
        await database.repository(AuditEvent).insert(event('undone'));
        seenMeanwhile = await readAsStranger();
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(seenMeanwhile).toEqual(['committed']);
    expect(await ids()).toEqual(['committed']);
  });

  it('joins a nested transaction to the outer one', async () => {
    await expect(
      database.transaction(async () => {
        await database.transaction(() => database.repository(AuditEvent).insert(event('inner')));
        throw new Error('outer fails');
      }),
    ).rejects.toThrow('outer fails');
    expect(await ids()).toEqual([]);
  });

  it('runs effects after the commit only', async () => {
    const effects: string[] = [];
    await expect(
      database.transaction(async () => {
        database.afterCommit(() => effects.push('never'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await database.transaction(async () => {
      database.afterCommit(() => effects.push('once'));
      expect(effects).toEqual([]);
    });
    expect(effects).toEqual(['once']);
  });
});
