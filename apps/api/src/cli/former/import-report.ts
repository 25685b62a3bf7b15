/** What is counted, in the order of the report. */
const KINDS = ['users', 'platforms', 'tickets', 'tokens', 'archives'] as const;
export type ImportedKind = (typeof KINDS)[number];

/** Why something was left out. */
const REASONS = {
  unreadable_row: 'its row is not what the former application writes',
  username_invalid: 'the name is not allowed here; its tickets keep it as a text',
  number_invalid: 'the number is not allowed here',
  deleted_here: 'it was imported earlier and deleted here since, or what it belongs to was',
  platform_left_out: 'its platform was left out',
  ticket_left_out: 'its ticket was left out',
  file_missing: 'there is no such file in the archives folder',
  file_unreadable: 'its file cannot be read',
  no_regular_file: 'its path leads out of the archives folder, or to something that is no file',
  size_differs: 'its file has another size than its row says: was it copied to its end?',
  digest_differs: 'its file has other bytes than were received (MD5)',
} as const;
export type Reason = keyof typeof REASONS;

/** What the former name or number of something stands for here: its id, or why it was left out. */
export type Resolved = { readonly id: string } | { readonly reason: Reason };

/** Why what belongs to something is left out: a deletion here holds for everything below it. */
export function inherited(reason: Reason, otherwise: Reason): Reason {
  return reason === 'deleted_here' ? reason : otherwise;
}

export interface LeftOut {
  readonly kind: ImportedKind;
  /** Its id in the former database. */
  readonly former_id: number | null;
  readonly name: string;
  readonly reason: Reason;
}

export interface KindCounts {
  imported: number;
  /** There already. */
  kept: number;
  left_out: number;
}

export interface IssuedLink {
  readonly username: string;
  readonly url: string;
  readonly expires_at: string;
}

/** What an import did, or in a dry run would do. */
export class ImportReport {
  readonly counts = Object.fromEntries(KINDS.map((kind) => [kind, { imported: 0, kept: 0, left_out: 0 }])) as Record<
    ImportedKind,
    KindCounts
  >;
  private readonly left: LeftOut[] = [];
  readonly renamed: { readonly platform: string; readonly name: string }[] = [];
  readonly invitations: IssuedLink[] = [];
  /** Imported users who can log in only after an invitation. */
  withoutPassword = 0;
  archiveBytes = 0;

  constructor(private readonly isDry: boolean) {}

  imported(kind: ImportedKind): void {
    this.counts[kind].imported += 1;
  }

  kept(kind: ImportedKind): void {
    this.counts[kind].kept += 1;
  }

  leaveOut(kind: ImportedKind, formerId: unknown, name: string, reason: Reason): void {
    this.counts[kind].left_out += 1;
    const former_id = Number.isSafeInteger(Number(formerId)) ? Number(formerId) : null;
    this.left.push({ kind, former_id, name, reason });
  }

  /** In the order of the former rows, whatever order the work was done in. */
  get leftOut(): LeftOut[] {
    const place = ({ kind }: LeftOut): number => KINDS.indexOf(kind);
    return this.left.toSorted((a, b) => place(a) - place(b) || (a.former_id ?? 0) - (b.former_id ?? 0));
  }

  /** Everything is here but what somebody has deleted here. */
  get isComplete(): boolean {
    return this.left.every(({ reason }) => reason === 'deleted_here');
  }

  toJson(): string {
    const { counts, archiveBytes, leftOut, renamed, withoutPassword, invitations } = this;
    const report = {
      ...{ dry_run: this.isDry, is_complete: this.isComplete, counts, archive_bytes: archiveBytes },
      ...{ left_out: leftOut, renamed_platforms: renamed, users_without_password: withoutPassword, invitations },
    };
    return JSON.stringify(report, undefined, 2);
  }

  /** Names of customers are quoted, so that no control character reaches a terminal. */
  toLines(): string[] {
    const verb = this.isDry ? 'would be imported' : 'imported';
    return [
      ...this.leftOut.map(
        ({ kind, name, reason }) => `left out of the ${kind}: ${JSON.stringify(name)}: ${REASONS[reason]}`,
      ),
      ...this.renamed.map(
        ({ platform, name }) => `the platform ${JSON.stringify(platform)} is called ${JSON.stringify(name)} here`,
      ),
      ...KINDS.map((kind) => {
        const { imported, kept, left_out } = this.counts[kind];
        const bytes = kind === 'archives' ? ` (${this.archiveBytes} bytes)` : '';
        return `${kind}: ${imported} ${verb}${bytes}, ${kept} there already, ${left_out} left out`;
      }),
      ...this.invitations.map(
        ({ username, url, expires_at }) =>
          `invitation of ${JSON.stringify(username)}, once, until ${expires_at}: ${url}`,
      ),
      ...(this.withoutPassword > 0
        ? [
            `users without a password: ${this.withoutPassword}. Passwords and second factors are never imported: invite them (Users, or --invite).`,
          ]
        : []),
    ];
  }
}
