/** What was typed and upon which note; kept outside the page until the server has it. */
export interface NoteDraft {
  readonly text: string;
  /** The saved note that the typing began with, and the version of its ticket. */
  readonly base: string;
  readonly version: number;
}

export interface SavedNote {
  readonly note: string;
  readonly version: number;
}

export type NoteStatus = 'saved' | 'typing' | 'saving' | 'failed' | 'login' | 'refused' | 'conflict';

export interface NoteState extends NoteDraft {
  readonly status: NoteStatus;
  /** What somebody else has saved meanwhile. */
  readonly theirs?: SavedNote | undefined;
}

/** Why a note was not saved. */
export type SaveFailure = 'changed' | 'login' | 'refused' | 'offline';

/** How the keeper reaches the server and the browser's store. */
export interface NoteOutside {
  /** Throws where it fails; `failureOf` says how. */
  save(note: string, version: number): Promise<SavedNote>;
  read(): Promise<SavedNote>;
  failureOf(error: unknown): SaveFailure;
  stored(): NoteDraft | undefined;
  store(draft: NoteDraft | undefined): void;
}

const PAUSE_MS = 800;
const AGAIN_MS = 5_000;

/** Saves a note as one types, and loses nothing: not to an ended login, not to somebody else, not to a line that is down. */
export class NoteKeeper {
  private state: NoteState;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isBusy = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly outside: NoteOutside,
    saved: SavedNote,
  ) {
    const draft = outside.stored();
    const isUnsaved = draft !== undefined && draft.text !== saved.note;
    this.state = isUnsaved
      ? { ...draft, status: 'typing' }
      : { text: saved.note, base: saved.note, version: saved.version, status: 'saved' };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): NoteState => this.state;

  get isUnsaved(): boolean {
    return this.state.text !== this.state.base;
  }

  type(text: string): void {
    const isConflict = this.state.status === 'conflict';
    this.set({ ...this.state, text, status: isConflict ? 'conflict' : 'typing' });
    if (!isConflict) this.saveIn(PAUSE_MS);
  }

  /** Saves what waits: because the field is left, or because it was found unsaved when the page was opened again. */
  flush(): void {
    if (this.isUnsaved && this.state.status !== 'conflict') void this.save();
  }

  /** The ticket was read anew. What is not saved stays as it is: saving it will show whether the two collide. */
  follow(saved: SavedNote): void {
    if (this.isBusy || saved.version <= this.state.version) return;
    if (saved.note === this.state.base) this.set({ ...this.state, version: saved.version });
    else if (!this.isUnsaved) this.take(saved);
  }

  keepMine(): void {
    const { theirs } = this.state;
    if (!theirs) return;
    this.set({ ...this.state, base: theirs.note, version: theirs.version, theirs: undefined, status: 'typing' });
    void this.save();
  }

  takeTheirs(): void {
    if (this.state.theirs) this.take(this.state.theirs);
  }

  private take({ note, version }: SavedNote): void {
    this.set({ text: note, base: note, version, status: 'saved' });
  }

  private set(state: NoteState): void {
    this.state = state;
    this.outside.store(
      this.isUnsaved || state.theirs ? { text: state.text, base: state.base, version: state.version } : undefined,
    );
    for (const listener of this.listeners) listener();
  }

  private saveIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), ms);
  }

  private async save(): Promise<void> {
    clearTimeout(this.timer);
    // What is typed meanwhile is saved after it.
    if (this.isBusy) return;
    const { text, version } = this.state;
    this.isBusy = true;
    this.set({ ...this.state, status: 'saving' });
    try {
      this.saved(text, await this.outside.save(text, version));
    } catch (error) {
      await this.failed(this.outside.failureOf(error));
    } finally {
      this.isBusy = false;
    }
    if (this.state.status === 'typing') this.saveIn(PAUSE_MS);
    if (this.state.status === 'failed') this.saveIn(AGAIN_MS);
  }

  private saved(text: string, { version }: SavedNote): void {
    const isTypedOn = this.state.text !== text;
    this.set({ ...this.state, base: text, version, status: isTypedOn ? 'typing' : 'saved' });
  }

  private async failed(failure: SaveFailure): Promise<void> {
    if (failure !== 'changed') {
      this.set({ ...this.state, status: failure === 'offline' ? 'failed' : failure });
      return;
    }
    const theirs = await this.outside.read().catch(() => undefined);
    if (!theirs) this.set({ ...this.state, status: 'failed' });
    // Something else of the ticket was edited, not the note.
    else if (theirs.note === this.state.base) this.set({ ...this.state, version: theirs.version, status: 'typing' });
    else if (theirs.note === this.state.text) this.take(theirs);
    else this.set({ ...this.state, theirs, status: 'conflict' });
  }
}
