import type { Database } from '../../database/database.js';
import { Platform } from '../../platforms/platform.entity.js';
import { type FormerPlatform, parsePlatform, type RawRow } from './former-rows.js';
import type { ImportContext } from './import-context.js';
import type { Resolved } from './import-report.js';
import { importedId } from './imported-id.js';
import { slugOf } from './mapping.rules.js';

/** SQLite holds texts of any length, whatever the column says. */
const MAX_PRETTY_NAME_LENGTH = 150;

/** Platforms by what they were imported as, else by name; those that are here already stay as they are. */
export class PlatformImporter {
  private readonly database: Database;
  private readonly resolved = new Map<string, Resolved>();
  /** Given out by this run; a dry run writes nothing that could be found again. */
  private readonly slugs = new Set<string>();

  constructor(private readonly context: ImportContext) {
    this.database = context.access.database;
  }

  async importAll(rows: AsyncIterable<RawRow>): Promise<void> {
    // Names that stay what they are come before names that have to give way.
    const platforms: FormerPlatform[] = [];
    for await (const row of rows) {
      const platform = parsePlatform(row);
      if (platform) platforms.push(platform);
      else this.context.report.leaveOut('platforms', row.id, String(row.name), 'unreadable_row');
    }
    const isKept = (platform: FormerPlatform): boolean => slugOf(platform, () => false) === platform.name;
    for (const platform of platforms.filter(isKept)) await this.import(platform);
    for (const platform of platforms.filter((other) => !isKept(other))) await this.import(platform);
  }

  resolve(formerName: string): Resolved {
    return this.resolved.get(formerName) ?? { reason: 'platform_left_out' };
  }

  private async import(former: FormerPlatform): Promise<void> {
    const { report } = this.context;
    const id = importedId('platform', 0, [former.name]);
    const platforms = this.database.repository(Platform);
    const found = (await platforms.findOneBy({ id })) ?? (await platforms.findOneBy({ name: former.name }));
    if (found?.isDeleting || (!found && (await this.context.wasImported('platform', id)))) {
      report.leaveOut('platforms', former.id, former.name, 'deleted_here');
      this.resolved.set(former.name, { reason: 'deleted_here' });
      return;
    }
    this.resolved.set(former.name, { id: found?.id ?? id });
    if (found) report.kept('platforms');
    else await this.make(id, former);
  }

  private async make(id: string, former: FormerPlatform): Promise<void> {
    const { report, isDry, access } = this.context;
    const taken = new Set(
      (await this.database.repository(Platform).find({ select: { name: true } })).map((p) => p.name),
    );
    const name = slugOf(former, (slug) => taken.has(slug) || this.slugs.has(slug));
    this.slugs.add(name);
    report.imported('platforms');
    if (name !== former.name) report.renamed.push({ platform: former.name, name });
    if (isDry) return;
    const prettyName = (former.prettyName || former.name).slice(0, MAX_PRETTY_NAME_LENGTH);
    const platform = { id, name, prettyName, version: 1, timeCreate: access.clock.now(), isDeleting: false };
    await this.database.transaction(async () => {
      await this.database.repository(Platform).insert(platform);
      await this.context.record('platform', { id, name });
    });
  }
}
