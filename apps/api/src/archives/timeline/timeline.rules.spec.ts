import { describe, expect, it } from '@jest/globals';
import type { PastEvent } from '../../audit/audit-history.service.js';
import { SILENT_MS, type SilentUpload, timelineOf } from './timeline.rules.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const LABELS = new Map([['token-1', 'second node']]);

const event = (id: string, action: string, more: Partial<PastEvent> = {}): PastEvent => ({
  id,
  time: NOW - 1_000,
  action,
  actor: { kind: 'staff', id: 'u1', name: 'anna' },
  target: { kind: 'archive', id: 'a1', name: 'bundle.tar.gz' },
  details: {},
  ...more,
});

const upload: SilentUpload = { id: 'up1', name: 'core', tokenId: 'token-1', declaredBytes: 9, timeUpdate: NOW };

describe('timelineOf', () => {
  it('is newest first and tells each event once', () => {
    const first = event('1', 'ticket.created', {
      time: NOW - 9_000,
      target: { kind: 'ticket', id: 't', name: 'SUP-1' },
    });
    const last = event('2', 'archive.deleted', { details: { size: 7 } });
    const timeline = timelineOf([first, last, first], [], LABELS, NOW);
    expect(timeline.map(({ action, name, size }) => [action, name, size])).toEqual([
      ['archive.deleted', 'bundle.tar.gz', 7],
      ['ticket.created', null, null],
    ]);
  });

  it('names a customer by the label of the token, and never by anything else', () => {
    const started = event('1', 'upload.started', {
      actor: { kind: 'customer', id: 'token-1' },
      target: { kind: 'ticket', id: 't', name: 'SUP-1' },
      details: { name: 'core', size: 9 },
    });
    const other = { ...started, id: '2', actor: { kind: 'customer', id: 'token-2' } } as const;
    expect(timelineOf([started, other], [], LABELS, NOW)).toMatchObject([
      { id: '2', actor_kind: 'customer', actor_name: null },
      { id: '1', actor_kind: 'customer', actor_name: 'second node', name: 'core', size: 9 },
    ]);
  });

  it('leaves out what is not of the case, and the parts of one download', () => {
    const parts = [
      event('1', 'archive.downloaded', { details: { from: 0, to: 4, of: 9 } }),
      event('2', 'archive.downloaded', { details: { from: 4, to: 8, of: 9 } }),
      event('3', 'token.shown'),
    ];
    expect(timelineOf(parts, [], LABELS, NOW)).toMatchObject([{ id: '1', action: 'archive.downloaded', size: 9 }]);
  });

  it('takes the savings of one edit for one, but not those of two people or of another day', () => {
    const minute = 60_000;
    const changed = (id: string, ago: number, name = 'anna'): PastEvent =>
      event(id, 'ticket.changed', { time: NOW - ago * minute, actor: { kind: 'staff', id: name, name } });
    const edits = [changed('1', 0), changed('2', 1), changed('3', 2, 'oleg'), changed('4', 3), changed('5', 60)];
    expect(timelineOf(edits, [], LABELS, NOW).map(({ id }) => id)).toEqual(['1', '3', '4', '5']);
  });

  it('tells which stream was captured, how much of it, and what ended it; and what became of a replay', () => {
    const target = { kind: 'ticket', id: 't', name: 'SUP-1' };
    const system = { kind: 'system' } as const;
    const events = [
      event('1', 'capture.started', { target, details: { source: 'shop-live', max_bytes: 9 } }),
      event('2', 'capture.ended', {
        ...{ target, actor: system },
        details: { source: 'shop-live', bytes: 7, state: 'interrupted', ended_by: 'fault', error: 'No space.' },
      }),
      event('3', 'replay.started'),
      event('4', 'replay.ended', { actor: system, details: { state: 'done', lines: 9, error: null } }),
    ];
    const seen = timelineOf(events, [], LABELS, NOW).map((entry) => [
      ...[entry.action, entry.actor_name, entry.name, entry.size, entry.outcome, entry.reason],
    ]);
    expect(seen.reverse()).toEqual([
      ['capture.started', 'anna', 'shop-live', null, null, null],
      ['capture.ended', null, 'shop-live', 7, 'fault', 'No space.'],
      ['replay.started', 'anna', 'bundle.tar.gz', null, null, null],
      ['replay.ended', null, 'bundle.tar.gz', null, 'done', null],
    ]);
  });

  it('shows an upload that stands still, and not one that moves', () => {
    const silent = { ...upload, timeUpdate: NOW - SILENT_MS - 1 };
    expect(timelineOf([], [upload], LABELS, NOW)).toEqual([]);
    expect(timelineOf([], [silent], LABELS, NOW)).toMatchObject([
      { action: 'upload.interrupted', name: 'core', actor_name: 'second node' },
    ]);
  });
});
