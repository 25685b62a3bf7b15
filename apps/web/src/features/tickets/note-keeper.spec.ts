import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type NoteDraft, NoteKeeper, type NoteOutside, type SavedNote, type SaveFailure } from './note-keeper.js';

class Refusal extends Error {
  constructor(readonly failure: SaveFailure) {
    super(failure);
  }
}

/** A server with one note, and a browser's store. */
class World implements NoteOutside {
  server: SavedNote = { note: 'old', version: 1 };
  draft: NoteDraft | undefined;
  refusal: SaveFailure | undefined;
  saves: string[] = [];

  async save(note: string, version: number): Promise<SavedNote> {
    if (this.refusal) throw new Refusal(this.refusal);
    if (version !== this.server.version) throw new Refusal('changed');
    this.saves.push(note);
    this.server = { note, version: version + 1 };
    return this.server;
  }

  async read(): Promise<SavedNote> {
    return this.server;
  }

  failureOf(error: unknown): SaveFailure {
    return error instanceof Refusal ? error.failure : 'offline';
  }

  stored(): NoteDraft | undefined {
    return this.draft;
  }

  store(draft: NoteDraft | undefined): void {
    this.draft = draft;
  }
}

describe('NoteKeeper', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('saves once when the typing pauses', async () => {
    const world = new World();
    const keeper = new NoteKeeper(world, world.server);
    keeper.type('n');
    keeper.type('new');
    expect(keeper.snapshot().status).toBe('typing');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(world.saves).toEqual(['new']);
    expect(keeper.snapshot()).toMatchObject({ status: 'saved', text: 'new', version: 2 });
    expect(world.draft).toBeUndefined();
  });

  it('keeps what was typed while the login has ended, and saves it in the next page', async () => {
    const world = new World();
    world.refusal = 'login';
    new NoteKeeper(world, world.server).type('new');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(world.draft).toEqual({ text: 'new', base: 'old', version: 1 });

    world.refusal = undefined;
    const next = new NoteKeeper(world, world.server);
    expect(next.snapshot().text).toBe('new');
    next.flush();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(world.server.note).toBe('new');
  });

  it('tries again by itself when the server was away', async () => {
    const world = new World();
    world.refusal = 'offline';
    const keeper = new NoteKeeper(world, world.server);
    keeper.type('new');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(keeper.snapshot().status).toBe('failed');
    world.refusal = undefined;
    await jest.advanceTimersByTimeAsync(6_000);
    expect(world.server.note).toBe('new');
  });

  it('does not take an edit of something else for a conflict', async () => {
    const world = new World();
    const keeper = new NoteKeeper(world, world.server);
    world.server = { note: 'old', version: 7 };
    keeper.type('new');
    await jest.advanceTimersByTimeAsync(3_000);
    expect(world.server).toEqual({ note: 'new', version: 8 });
  });

  it('shows both when somebody else has written, and overwrites nothing unasked', async () => {
    const world = new World();
    const keeper = new NoteKeeper(world, world.server);
    world.server = { note: 'theirs', version: 2 };
    keeper.type('mine');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(keeper.snapshot()).toMatchObject({ status: 'conflict', text: 'mine', theirs: { note: 'theirs' } });
    keeper.type('mine and theirs');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(world.server.note).toBe('theirs');

    keeper.keepMine();
    await jest.advanceTimersByTimeAsync(0);
    expect(world.server).toEqual({ note: 'mine and theirs', version: 3 });
    expect(keeper.snapshot().status).toBe('saved');
  });

  it('takes theirs when asked', async () => {
    const world = new World();
    const keeper = new NoteKeeper(world, world.server);
    world.server = { note: 'theirs', version: 2 };
    keeper.type('mine');
    await jest.advanceTimersByTimeAsync(1_000);
    keeper.takeTheirs();
    expect(keeper.snapshot()).toMatchObject({ status: 'saved', text: 'theirs', version: 2 });
    expect(world.draft).toBeUndefined();
  });

  it('follows what others save while nothing is typed, and only then', () => {
    const world = new World();
    const keeper = new NoteKeeper(world, world.server);
    keeper.follow({ note: 'theirs', version: 2 });
    expect(keeper.snapshot().text).toBe('theirs');
    keeper.type('mine');
    keeper.follow({ note: 'newer', version: 3 });
    expect(keeper.snapshot().text).toBe('mine');
  });
});
