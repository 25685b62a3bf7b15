import { hostnameOf } from '@logs-collector/shuttle/packet/encode-packet';
import type { FormerDrain, FormerRow, RowFault } from './former-drain.js';

/** Why a drain was left out. */
const REASONS = {
  unreadable: 'its record is not what the former shuttle writes',
  id_invalid: 'its id cannot be a part of a path',
  name_invalid: 'what it belongs to can have no drains here',
  url_invalid: 'its URL is none that a drain can have',
  network_not_allowed: 'its URL leads into a network that DRAIN_ALLOW_NETS does not name',
  deleted_here: 'it was imported earlier and deleted here since',
} as const;
export type Reason = keyof typeof REASONS;

interface LeftOut {
  readonly id: string;
  readonly token: string;
  readonly reason: Reason;
}

/** What an import did, or in a dry run would do. URLs are not in it: they may be secrets as a whole. */
export class ImportReport {
  private readonly imported: { readonly id: string; readonly token: string }[] = [];
  private readonly leftOut: LeftOut[] = [];
  private kept = 0;

  constructor(private readonly isDry: boolean) {}

  take({ id, destination }: FormerDrain): void {
    this.imported.push({ id, token: hostnameOf(destination) });
  }

  keep(): void {
    this.kept += 1;
  }

  leaveOut({ id, destination }: FormerDrain, reason: Reason): void {
    this.leftOut.push({ id, token: hostnameOf(destination), reason });
  }

  leaveOutRow({ id, app, space, site }: FormerRow, reason: RowFault): void {
    const owner = [site, app, space].filter((name) => typeof name === 'string' && name !== '');
    this.leftOut.push({ id: typeof id === 'string' ? id : '', token: owner.join('-'), reason });
  }

  /** Everything is here but what somebody has deleted here. */
  get isComplete(): boolean {
    return this.leftOut.every(({ reason }) => reason === 'deleted_here');
  }

  toJson(): string {
    const { isDry, isComplete, imported, kept, leftOut } = this;
    return JSON.stringify({ dry_run: isDry, is_complete: isComplete, imported, kept, left_out: leftOut }, undefined, 2);
  }

  /** Names are quoted, so that no control character reaches a terminal. */
  toLines(): string[] {
    const verb = this.isDry ? 'would be imported' : 'imported';
    return [
      ...this.imported.map(({ id, token }) => `${verb}: ${JSON.stringify(id)} of ${JSON.stringify(token)}`),
      ...this.leftOut.map(
        ({ id, token, reason }) => `left out: ${JSON.stringify(id)} of ${JSON.stringify(token)}: ${REASONS[reason]}`,
      ),
      `drains: ${this.imported.length} ${verb}, ${this.kept} there already, ${this.leftOut.length} left out`,
    ];
  }
}
