import { hostnameOf } from '@logs-collector/shuttle/packet/encode-packet';
import type { FormerDrain, FormerRow, RowFault } from './former-drain.js';

/** Why a drain was left out. */
const REASONS = {
  unreadable: 'its record is not what the former shuttle writes',
  id_invalid: 'its id cannot be a part of a path',
  name_invalid: 'what it belongs to can have no drains here',
  url_invalid: 'its URL is none that a drain can have',
  port_not_allowed: 'its URL names a port that no drain may have',
  network_not_allowed: 'its URL leads into a network that DRAIN_ALLOW_NETS does not name',
  deleted_here: 'it was imported earlier and deleted here since',
  duplicate: 'another drain sends the same to the same URL',
} as const;
export type Reason = keyof typeof REASONS;

/** With these, nothing is missing here. */
const HARMLESS: ReadonlySet<Reason> = new Set(['deleted_here', 'duplicate']);
/** Ids and names are what somebody wrote into the store: there may be no end to them. */
const LONGEST_NAME = 100;

interface LeftOut {
  readonly id: string;
  readonly token: string;
  readonly reason: Reason;
  /** More about the reason; never a part of the URL. */
  readonly detail?: string;
  /** Id of the drain that a duplicate is one of. */
  readonly same_as?: string;
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

  leaveOut({ id, destination }: FormerDrain, reason: Reason, more: Pick<LeftOut, 'detail' | 'same_as'> = {}): void {
    this.leftOut.push({ id, token: hostnameOf(destination), reason, ...more });
  }

  leaveOutRow({ id, app, space, site, place }: FormerRow, reason: RowFault): void {
    const owner = [site, app, space].filter((name) => typeof name === 'string' && name !== '');
    this.leftOut.push({
      id: shortened(typeof id === 'string' ? id : (place ?? '')),
      token: shortened(owner.join('-')),
      reason,
    });
  }

  /** Everything is here but what somebody has deleted here, and what is there once already. */
  get isComplete(): boolean {
    return this.leftOut.every(({ reason }) => HARMLESS.has(reason));
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
        (drain) => `left out: ${JSON.stringify(drain.id)} of ${JSON.stringify(drain.token)}: ${reasonOf(drain)}`,
      ),
      `drains: ${this.imported.length} ${verb}, ${this.kept} there already, ${this.leftOut.length} left out`,
    ];
  }
}

function reasonOf({ reason, detail, same_as }: LeftOut): string {
  if (same_as !== undefined) return `the drain ${JSON.stringify(same_as)} sends the same to the same URL`;
  return detail === undefined ? REASONS[reason] : `${REASONS[reason]}: ${detail}`;
}

function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}
