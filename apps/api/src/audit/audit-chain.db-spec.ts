import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthApp, startOn } from '../../test-support/auth-app.js';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../test-support/test-databases.js';
import { Database } from '../database/database.js';
import { AuditService } from './audit.service.js';
import { SYSTEM_ACTOR } from './audit-actors.js';
import { linkHash } from './audit-chain.js';
import { AuditChainRepository } from './audit-chain.repository.js';
import { AuditSealer } from './audit-sealer.js';
import { type AuditFault, type AuditVerification, AuditVerifier } from './audit-verifier.js';

const EVENTS = 6;

class TakenBack extends Error {}

describe.each(databaseKinds)('The chain over the audit trail on %s', (kind) => {
  let files: TestDatabase;
  let test: AuthApp;
  let database: Database;

  beforeAll(async () => {
    files = await createTestDatabase(kind);
    test = await startOn(files);
    database = test.app.get(Database);
    await record(EVENTS);
    await test.app.get(AuditSealer).sealPending();
  });

  afterAll(async () => {
    await test.close();
    await files.drop();
  });

  async function record(count: number, app = test.app): Promise<void> {
    const audit = app.get(AuditService);
    const target = { kind: 'ticket', id: 'an id', name: 'SUP-1' };
    await Promise.all(
      Array.from({ length: count }, () => audit.record({ action: 'ticket.changed', actor: SYSTEM_ACTOR, target })),
    );
  }

  async function verified(app = test.app): Promise<AuditVerification & { found: AuditFault[] }> {
    const found: AuditFault[] = [];
    return { ...(await app.get(AuditVerifier).verify((fault) => found.push(fault))), found };
  }

  /** What is found after somebody wrote this into the database, who then takes it back. */
  async function foundAfter(...statements: (string | (() => Promise<unknown>))[]): Promise<AuditFault[]> {
    let found: AuditFault[] = [];
    const tampering = database.transaction(async () => {
      for (const statement of statements) {
        if (typeof statement === 'string') await database.manager.query(statement);
        else await statement();
      }
      ({ found } = await verified());
      throw new TakenBack();
    });
    await expect(tampering).rejects.toThrow(TakenBack);
    return found;
  }

  const eventAt = (position: number) => `(SELECT "event_id" FROM "audit_seal" WHERE "position" = ${position})`;

  it('holds what was recorded, without gaps, and finds nothing wrong', async () => {
    const recorded = (await test.trail()).length;
    expect(recorded).toBeGreaterThanOrEqual(EVENTS);
    const { end, pending, faults, found } = await verified();
    expect({ position: end.position, pending, faults, found }).toEqual({
      position: recorded,
      pending: 0,
      faults: 0,
      found: [],
    });
    expect(end.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['details', 'actor_name', 'target_name', 'action', 'address', 'request_id'])(
    'finds a changed row, whichever column it is: %s',
    async (column) => {
      const found = await foundAfter(`UPDATE "audit_event" SET "${column}" = 'x' WHERE "id" = ${eventAt(3)}`);
      expect(found).toEqual([{ kind: 'changed', position: 3, eventId: expect.any(String) }]);
    },
  );

  it('finds a row that was put off to another time', async () => {
    const found = await foundAfter(`UPDATE "audit_event" SET "time" = "time" + 1 WHERE "id" = ${eventAt(2)}`);
    expect(found).toMatchObject([{ kind: 'changed', position: 2 }]);
  });

  it('finds a removed row, alone and together with its link, in the middle and at the end', async () => {
    const { position: last } = (await verified()).end;
    for (const position of [1, 3, last]) {
      const event = `DELETE FROM "audit_event" WHERE "id" = ${eventAt(position)}`;
      const link = `DELETE FROM "audit_seal" WHERE "position" = ${position}`;
      expect(await foundAfter(event)).toMatchObject([{ kind: 'removed', position }]);
      expect(await foundAfter(event, link)).toEqual([{ kind: 'removed', position }]);
    }
  });

  it('finds a row that was removed before it was sealed', async () => {
    const found = await foundAfter(
      () => record(1),
      `DELETE FROM "audit_event" WHERE "id" = (SELECT "event_id" FROM "audit_seal" WHERE "position" IS NULL)`,
      () => test.app.get(AuditSealer).sealPending(),
    );
    expect(found).toMatchObject([{ kind: 'removed' }]);
  });

  it('finds an inserted row', async () => {
    const columns = '"time", "action", "actor_kind", "details"';
    const copy = `INSERT INTO "audit_event" ("id", ${columns}) SELECT 'forged', ${columns} FROM "audit_event" WHERE "id" = ${eventAt(2)}`;
    expect(await foundAfter(copy)).toEqual([{ kind: 'inserted', eventId: 'forged' }]);
  });

  it('finds two rows that changed places', async () => {
    const swap = (from: number, to: number) => `UPDATE "audit_seal" SET "position" = ${to} WHERE "position" = ${from}`;
    const found = await foundAfter(swap(2, -1), swap(3, 2), swap(-1, 3));
    expect(found.map(({ kind: fault }) => fault)).toContain('changed');
  });

  it('finds a chain that was made anew as a whole, as its end is sealed with SECRET_KEY', async () => {
    const chain = test.app.get(AuditChainRepository);
    const rewrite = async (): Promise<void> => {
      const { position: last } = (await verified()).end;
      let hash = '';
      for (const link of await chain.findLinks(1, last)) {
        hash = linkHash(hash, link.event);
        await chain.seal([{ eventId: link.eventId, position: link.position, hash }]);
      }
    };
    const change = `UPDATE "audit_event" SET "details" = '{}', "action" = 'x' WHERE "id" = ${eventAt(2)}`;
    expect(await foundAfter(change, rewrite)).toMatchObject([{ kind: 'chain_replaced' }]);
    const forged = `UPDATE "audit_head" SET "sealed" = 'bm90IHNlYWxlZCBieSBhIHNlcnZlciBhdCBhbGw'`;
    expect(await foundAfter(change, rewrite, forged)).toMatchObject([{ kind: 'end_forged' }]);
    expect(await foundAfter('DELETE FROM "audit_head"')).toMatchObject([{ kind: 'end_forged' }]);
  });

  it('gives every event one place, whoever records and seals at once', async () => {
    // SQLite has one server.
    const second = kind === 'sqlite' ? undefined : await startOn(files, { DATA_DIR: test.directory });
    const apps = [test.app, ...(second ? [second.app] : [])];
    const seal = (app = test.app) => app.get(AuditSealer).sealPending();
    await Promise.all(
      apps.flatMap((app) => [record(60, app), seal(app), record(60, app), seal(app), record(60, app), seal(app)]),
    );
    await seal();
    const { end, pending, found } = await verified();
    await second?.app.close();
    expect({ position: end.position, pending, found }).toEqual({
      position: (await test.trail()).length,
      pending: 0,
      found: [],
    });
  });

  // On SQLite nobody can overtake a writer.
  if (kind !== 'sqlite') {
    it('gives an event that was committed late a later place', async () => {
      const before = (await verified()).end.position;
      const isRecorded = Promise.withResolvers<void>();
      const mayCommit = Promise.withResolvers<void>();
      const late = database.transaction(async () => {
        await record(1);
        isRecorded.resolve();
        await mayCommit.promise;
      });
      await isRecorded.promise;
      await record(3);
      await test.app.get(AuditSealer).sealPending();
      expect((await verified()).end.position).toBe(before + 3);
      mayCommit.resolve();
      await late;
      await test.app.get(AuditSealer).sealPending();
      expect(await verified()).toMatchObject({ end: { position: before + 4 }, pending: 0, found: [] });
    });
  }

  it('is sealed by itself, some seconds after', async () => {
    await record(1);
    while ((await verified()).pending > 0) await delay(100);
    expect((await verified()).found).toEqual([]);
  });
});
