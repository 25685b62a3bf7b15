import type { KeyRing } from '@logs-collector/runtime/key-ring';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import type { TlsMaterial } from '@logs-collector/shuttle/delivery/channels/stream-transport';
import { type DrainTarget, parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import type { Destination } from '@logs-collector/shuttle/record';
import type { Drain } from '../database/drain.entity.js';

/** A registered drain, its secrets opened. */
export interface StoredDrain {
  readonly id: string;
  readonly destination: Destination;
  readonly target: DrainTarget;
  readonly tls: TlsMaterial | undefined;
  readonly isPaused: boolean;
  /** Counts its changes. */
  readonly revision: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What of a drain's row nobody without SECRET_KEY may read. */
export class SealedDrains {
  constructor(private readonly keyRing: KeyRing) {}

  /** The hashes under which the URL may be registered. */
  urlHashes(target: DrainTarget): string[] {
    return this.keyRing.hashes('drain-lookup', target.identity);
  }

  url(id: string, url: string, target: DrainTarget): Pick<Drain, 'urlSealed' | 'urlHash'> {
    return {
      urlSealed: this.keyRing.seal('drain-sealing', id, url),
      urlHash: this.keyRing.hash('drain-lookup', target.identity),
    };
  }

  tls(id: string, material: TlsMaterial | undefined): Pick<Drain, 'tlsSealed'> {
    return { tlsSealed: material ? this.keyRing.seal('drain-tls-sealing', id, JSON.stringify(material)) : null };
  }

  /** @throws SettingsError where neither key opens it. */
  opened(row: Drain): StoredDrain {
    return {
      id: row.id,
      destination:
        row.kind === 'app' ? { kind: 'app', app: row.name, space: row.space } : { kind: 'site', site: row.name },
      target: parseDrainUrl(this.open('drain-sealing', row.id, row.urlSealed)),
      tls: this.openedTls(row),
      isPaused: row.isPaused,
      revision: row.revision,
      createdAtMs: row.createdAt,
      updatedAtMs: row.updatedAt,
    };
  }

  /** What has to be sealed anew after a change of SECRET_KEY; undefined where nothing has. */
  renewed(row: Drain): Pick<Drain, 'urlSealed' | 'urlHash' | 'tlsSealed'> | undefined {
    const { id, urlSealed, tlsSealed } = row;
    const isCurrent =
      this.keyRing.isSealedWithCurrent('drain-sealing', id, urlSealed) &&
      (tlsSealed === null || this.keyRing.isSealedWithCurrent('drain-tls-sealing', id, tlsSealed));
    if (isCurrent) return undefined;
    const url = this.open('drain-sealing', id, urlSealed);
    return { ...this.url(id, url, parseDrainUrl(url)), ...this.tls(id, this.openedTls(row)) };
  }

  private openedTls({ id, tlsSealed }: Drain): TlsMaterial | undefined {
    if (tlsSealed === null) return undefined;
    return JSON.parse(this.open('drain-tls-sealing', id, tlsSealed)) as TlsMaterial;
  }

  private open(purpose: 'drain-sealing' | 'drain-tls-sealing', id: string, sealed: string): string {
    try {
      return this.keyRing.open(purpose, id, sealed);
    } catch {
      throw new SettingsError(['SECRET_KEY does not open the drains in the database; set the key they were made with']);
    }
  }
}
