import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { staffActor } from '../audit/audit-actors.js';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal } from '../common/access/principal.js';
import { Clock } from '../common/clock.js';
import { type DeletionOutcome, Deletions } from '../common/deletions.js';
import { commonErrors } from '../common/errors/common.errors.js';
import { mapPage, type Page } from '../common/http/page.js';
import { Ids } from '../common/ids.js';
import { Database } from '../database/database.js';
import type { Platform } from './platform.entity.js';
import { PlatformDependents } from './platform-dependents.js';
import type { PlatformInput, PlatformPatch, PlatformQuery, PlatformView } from './platforms.dto.js';
import { platformErrors } from './platforms.errors.js';
import { PlatformsRepository } from './platforms.repository.js';

/** What other modules may know of a platform. */
export interface PlatformSummary {
  readonly id: string;
  readonly name: string;
  readonly prettyName: string;
}

@Injectable()
export class PlatformsService {
  constructor(
    private readonly access: AccessControl,
    private readonly platforms: PlatformsRepository,
    private readonly dependents: PlatformDependents,
    private readonly deletions: Deletions,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async list(principal: Principal, query: PlatformQuery): Promise<Page<PlatformView>> {
    this.access.require(principal, 'platform.read');
    return mapPage(await this.platforms.list(query, query.search), viewOf);
  }

  async read(principal: Principal, name: string): Promise<PlatformView> {
    this.access.require(principal, 'platform.read');
    return viewOf(await this.visible(name));
  }

  async create(principal: Principal, input: PlatformInput): Promise<PlatformView> {
    const staff = this.access.require(principal, 'platform.edit');
    const platform: Platform = {
      id: this.ids.next(),
      name: input.name,
      prettyName: input.pretty_name,
      version: 1,
      timeCreate: this.clock.now(),
      isDeleting: false,
    };
    await this.database.transaction(async () => {
      if (await this.platforms.isNameTaken(platform.name)) throw platformErrors.nameTaken(platform.name);
      await this.platforms.insert(platform);
      await this.audit.record({ action: 'platform.created', actor: staffActor(staff), target: targetOf(platform) });
    });
    return viewOf(platform);
  }

  async edit(
    principal: Principal,
    name: string,
    patch: PlatformPatch,
    versions?: readonly number[],
  ): Promise<PlatformView> {
    const staff = this.access.require(principal, 'platform.edit');
    return this.database.transaction(async () => {
      const platform = await this.platforms.lockVisible(name);
      if (!platform) throw platformErrors.notFound();
      if (versions && !versions.includes(platform.version)) throw commonErrors.preconditionFailed();
      const change = { name: patch.name ?? platform.name, prettyName: patch.pretty_name ?? platform.prettyName };
      if (change.name === platform.name && change.prettyName === platform.prettyName) return viewOf(platform);
      if (change.name !== platform.name && (await this.platforms.isNameTaken(change.name))) {
        throw platformErrors.nameTaken(change.name);
      }
      await this.platforms.update(platform, change);
      await this.audit.record({
        action: 'platform.changed',
        actor: staffActor(staff),
        target: targetOf(platform),
        details: change,
      });
      return viewOf({ ...platform, ...change, version: platform.version + 1 });
    });
  }

  async delete(principal: Principal, name: string, isCascade: boolean): Promise<DeletionOutcome> {
    const staff = this.access.require(principal, 'platform.delete');
    const platform = await this.database.transaction(async () => {
      const found = await this.visible(name);
      // Marked before it is counted: this waits for those who hold it, and whoever comes later finds it gone.
      if (!(await this.platforms.markDeleting(found.id))) throw platformErrors.notFound();
      const tickets = await this.dependents.count(found.id);
      if (tickets > 0 && !isCascade) throw platformErrors.hasTickets(tickets);
      await this.dependents.markDeleting(found.id, staff);
      await this.audit.record({
        action: 'platform.deleted',
        actor: staffActor(staff),
        target: targetOf(found),
        details: { tickets },
      });
      return found;
    });
    return this.deletions.run(`platform:${platform.id}`, () => this.finishDeletion(platform.id));
  }

  /** For other modules: the platform of this name or id, or 404. */
  async resolve(nameOrId: string): Promise<PlatformSummary> {
    return this.visible(nameOrId);
  }

  /**
   * For other modules, in a transaction that puts something into the platform: as `resolve`, and it cannot be deleted
   * before the end of the transaction. A deletion that waited for it sees what was put in.
   */
  async hold(nameOrId: string): Promise<PlatformSummary> {
    const platform = await this.platforms.holdVisible(nameOrId);
    if (!platform) throw platformErrors.notFound();
    return platform;
  }

  /** For other modules: summaries by id, deleted ones included while they last. */
  async describe(ids: readonly string[]): Promise<Map<string, PlatformSummary>> {
    const found = ids.length === 0 ? [] : await this.platforms.findByIds(ids);
    return new Map(found.map((platform) => [platform.id, platform]));
  }

  /** Takes up deletions that a crash or a slow store left unfinished. */
  async finishDeletions(): Promise<void> {
    for (const platform of await this.platforms.findDeleting()) {
      await this.deletions.run(`platform:${platform.id}`, () => this.finishDeletion(platform.id));
    }
  }

  private async finishDeletion(id: string): Promise<void> {
    await this.dependents.deleteAll(id);
    await this.database.transaction(() => this.platforms.remove(id));
  }

  private async visible(nameOrId: string): Promise<Platform> {
    const platform = await this.platforms.findVisible(nameOrId);
    if (!platform) throw platformErrors.notFound();
    return platform;
  }
}

function viewOf(platform: Platform): PlatformView {
  return { id: platform.id, name: platform.name, pretty_name: platform.prettyName, version: platform.version };
}

function targetOf(platform: Platform) {
  return { kind: 'platform', id: platform.id, name: platform.name };
}
