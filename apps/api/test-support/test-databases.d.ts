import { type DatabaseTarget } from '../src/config/database-url.js';
export interface TestDatabase {
  readonly target: DatabaseTarget;
  /** As DB_URL takes it. */
  readonly url: string;
  drop(): Promise<void>;
}
/** Every database that is supported, for `describe.each`. */
export declare const databaseKinds: readonly ['sqlite', 'postgres 15', 'postgres 18'];
export type DatabaseKind = (typeof databaseKinds)[number];
/** A new empty database of that kind. */
export declare function createTestDatabase(kind: DatabaseKind): Promise<TestDatabase>;
//# sourceMappingURL=test-databases.d.ts.map
