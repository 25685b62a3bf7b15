import { type DataSource, In, LessThan, MoreThan, type Repository } from 'typeorm';
import { Drain } from '../database/drain.entity.js';
import { DrainState } from '../database/drain-state.entity.js';
import { Instance } from '../database/instance.entity.js';
import type { InstanceState } from './instance-state.js';

export interface ChangedState {
  readonly drainId: string;
  /** JSON of an `InstanceState`. */
  readonly state: string;
}

/** Rows of one statement: enough to be quick, few enough to let others have their turn. */
const ROWS_AT_ONCE = 250;
/** Who was not heard from for so long has no part in what is shown. */
const SILENT_AFTER_MS = 10_000;
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/** How the drains do at each instance, in the database, so that any instance can tell of all. */
export class StateStore {
  private readonly instances: Repository<Instance>;
  private readonly states: Repository<DrainState>;

  constructor(private readonly source: DataSource) {
    this.instances = source.getRepository(Instance);
    this.states = source.getRepository(DrainState);
  }

  /** Says that the instance lives, and what has changed at it. */
  async write(instanceId: string, changed: readonly ChangedState[], nowMs: number): Promise<void> {
    await this.instances.upsert({ id: instanceId, heardAt: nowMs }, ['id']);
    for (let from = 0; from < changed.length; from += ROWS_AT_ONCE) {
      const rows = changed.slice(from, from + ROWS_AT_ONCE).map((row) => ({ ...row, instanceId }));
      await this.states.upsert(rows, ['drainId', 'instanceId']);
    }
  }

  /** The states of these drains at the instances that are heard from. */
  async of(drainIds: readonly string[], nowMs: number): Promise<Map<string, InstanceState[]>> {
    const heard = await this.instances.findBy({ heardAt: MoreThan(nowMs - SILENT_AFTER_MS) });
    const rows = await this.states.findBy({
      drainId: In([...drainIds]),
      instanceId: In(heard.map(({ id }) => id)),
    });
    const byDrain = new Map<string, InstanceState[]>(drainIds.map((id) => [id, []]));
    for (const { drainId, state } of rows) byDrain.get(drainId)?.push(JSON.parse(state) as InstanceState);
    return byDrain;
  }

  /** The instance has ended. */
  async leave(instanceId: string): Promise<void> {
    await this.instances.delete({ id: instanceId });
    await this.states.delete({ instanceId });
  }

  /** Removes what is left of drains and instances that are gone. */
  async forget(nowMs: number): Promise<void> {
    await this.instances.delete({ heardAt: LessThan(nowMs - FORGOTTEN_AFTER_MS) });
    const gone = (entity: typeof Instance | typeof Drain) => {
      return this.source.createQueryBuilder().select('known.id').from(entity, 'known').getQuery();
    };
    await this.states
      .createQueryBuilder()
      .delete()
      .where(`drain_id NOT IN (${gone(Drain)}) OR instance_id NOT IN (${gone(Instance)})`)
      .execute();
  }
}
