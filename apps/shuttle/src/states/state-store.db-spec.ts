import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import type { DataSource } from 'typeorm';
import { testDatabases } from '../../test-support/test-databases.js';
import { openDatabase } from '../database/data-source.js';
import { DrainStore } from '../drains/drain-store.js';
import { type InstanceState, summedState } from './instance-state.js';
import { StateStore } from './state-store.js';

const directory = mkdtempSync(join(tmpdir(), 'logshuttle-states-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const IDLE: InstanceState = {
  status: 'idle',
  last_error: null,
  last_error_at: null,
  retry_at: null,
  sent: 0,
  dropped: 0,
  buffered_records: 0,
  buffered_bytes: 0,
  lines_per_second: 0,
};
const NOW = Date.parse('2026-11-25T19:00:00Z');

const json = (state: Partial<InstanceState>) => JSON.stringify({ ...IDLE, ...state });

describe.each(testDatabases(directory))('The states of drains in %s', (_kind, newTarget) => {
  let source: DataSource;
  let states: StateStore;
  let id: string;

  beforeAll(async () => {
    source = await openDatabase(await newTarget());
    states = new StateStore(source);
    const url = 'https://logs.example.com';
    const drain = { destination: { kind: 'site', site: 'a' } as const, url, target: parseDrainUrl(url) };
    id = (await new DrainStore(source, new KeyRing('any secret of 32 bytes or more, here')).add(drain, NOW))?.id ?? '';
  });
  afterAll(() => source?.destroy());

  const of = async (nowMs: number) => summedState((await states.of([id], nowMs)).get(id) ?? [], false);

  it('are added up over the instances that were heard from within ten seconds', async () => {
    await states.write(
      'one',
      [{ drainId: id, state: json({ status: 'connected', sent: 5, lines_per_second: 0.1 }) }],
      NOW,
    );
    const failed = { last_error: 'x', last_error_at: '2026-11-25T18:59:00.000Z', retry_at: '2026-11-25T19:01:00.000Z' };
    await states.write(
      'two',
      [{ drainId: id, state: json({ ...failed, status: 'backing_off', sent: 7, dropped: 2 }) }],
      NOW,
    );
    expect(await of(NOW + 9_000)).toEqual({
      ...IDLE,
      ...failed,
      status: 'backing_off',
      sent: 12,
      dropped: 2,
      lines_per_second: 0.1,
      instances: 2,
    });
    // Nothing has changed at one of them, which says only that it lives.
    await states.write('one', [], NOW + 9_000);
    expect(await of(NOW + 11_000)).toMatchObject({ sent: 5, instances: 1, status: 'connected', last_error: null });
    await states.write('two', [{ drainId: id, state: json({ sent: 8 }) }], NOW + 11_000);
    expect(await of(NOW + 12_000)).toMatchObject({ sent: 13, instances: 2 });
  });

  it('of instances and drains that are gone are forgotten, and of no others', async () => {
    await states.write(
      'three',
      [
        { drainId: 'deleted', state: json({}) },
        { drainId: id, state: json({ sent: 1 }) },
      ],
      NOW,
    );
    await states.write('one', [], NOW + 700_000);
    await states.forget(NOW + 700_000);
    expect((await states.of(['deleted', id], NOW)).get('deleted')).toEqual([]);
    expect(await of(NOW + 700_000)).toMatchObject({ sent: 5, instances: 1 });
    await states.leave('one');
    expect(await of(NOW + 700_000)).toEqual({ ...IDLE, instances: 0 });
  });

  it('of a thousand drains that all have changed are written in a moment', async () => {
    const changed = Array.from({ length: 1_000 }, (_, number) => ({
      drainId: `d-${number}`,
      state: json({ sent: number }),
    }));
    const startedAt = performance.now();
    for (let round = 0; round < 3; round += 1) await states.write('one', changed, NOW);
    // A round is two seconds; a tenth of that would already be too much for one core, were it not for busy machines.
    expect((performance.now() - startedAt) / 3).toBeLessThan(2_000);
    const ids = changed.map(({ drainId }) => drainId);
    expect([...(await states.of(ids, NOW)).values()].flat()).toHaveLength(1_000);
  });
});
