import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthApp, startOn } from '../../test-support/auth-app.js';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../test-support/test-databases.js';
import { Database } from '../database/database.js';
import { AuditService } from './audit.service.js';
import { SYSTEM_ACTOR } from './audit-actors.js';
import { AuditAnchor } from './audit-anchor.js';
import { AuditSealer } from './audit-sealer.js';
import { AuditVerifier } from './audit-verifier.js';

describe.each(databaseKinds)('The end of the audit trail that is noted outside the database (%s)', (kind) => {
  let files: TestDatabase;
  let test: AuthApp;

  beforeAll(async () => {
    files = await createTestDatabase(kind);
    test = await startOn(files);
    await recordAndSeal(5);
  });

  afterAll(async () => {
    await test.close();
    await files.drop();
  });

  async function recordAndSeal(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await test.app.get(AuditService).record({ action: 'ticket.changed', actor: SYSTEM_ACTOR });
    }
    await test.app.get(AuditSealer).sealPending();
  }

  async function change(...statements: string[]): Promise<void> {
    const database = test.app.get(Database);
    await database.transaction(async () => {
      for (const statement of statements) await database.manager.query(statement);
    });
  }

  async function faults(): Promise<unknown[]> {
    const found: unknown[] = [];
    await test.app.get(AuditVerifier).verify((fault) => found.push(fault));
    return found;
  }

  const noted = (): string =>
    JSON.parse(readFileSync(join(test.directory, 'instance.json'), 'utf8')).audit_end as string;

  it('moves with the chain, and nothing is wrong with what lies behind it', async () => {
    const anchor = test.app.get(AuditAnchor);
    expect(await anchor.move()).toBeUndefined();
    const first = noted();
    expect(await anchor.move()).toBeUndefined();
    expect(noted()).toBe(first);
    await recordAndSeal(2);
    expect(await faults()).toEqual([]);
    expect(await anchor.move()).toBeUndefined();
    expect(noted()).not.toBe(first);
    expect(await faults()).toEqual([]);
  });

  it("is in nobody else's power: another note is found", async () => {
    const path = join(test.directory, 'instance.json');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, before.replace(noted(), 'bm90IHNlYWxlZCBieSBhIHNlcnZlciBhdCBhbGw'));
    expect(await faults()).toEqual([{ kind: 'anchor_forged' }]);
    writeFileSync(path, before);
  });

  it('shows that the chain was begun anew, which the tables alone do not, and stays where it is', async () => {
    const before = noted();
    await change(
      'DELETE FROM "audit_head"',
      'DELETE FROM "audit_event" WHERE "id" IN (SELECT "event_id" FROM "audit_seal" WHERE "position" = 2)',
      'DELETE FROM "audit_seal" WHERE "position" = 2',
      'UPDATE "audit_seal" SET "position" = NULL, "hash" = NULL',
    );
    await test.app.get(AuditSealer).sealPending();
    const taken = { kind: 'taken_back', position: expect.any(Number) };
    expect(await faults()).toEqual([taken]);
    // Longer than before, and still another one.
    await recordAndSeal(10);
    expect(await test.app.get(AuditAnchor).move()).toEqual(taken);
    expect([noted(), await faults()]).toEqual([before, [taken]]);
  });
});
