import { Injectable } from '@nestjs/common';
import { normaliseUsername } from './username.rules.js';
import { UsersRepository } from './users.repository.js';

/** What other modules may know of a user. */
export interface UserSummary {
  readonly id: string;
  readonly username: string;
  readonly displayName: string | null;
}

/** Names of users for other modules, which have checked access to what the names stand on. */
@Injectable()
export class UserDirectory {
  constructor(private readonly users: UsersRepository) {}

  /** Those of the ids that exist, by id; deactivated users too. */
  async describe(ids: readonly string[]): Promise<Map<string, UserSummary>> {
    if (ids.length === 0) return new Map();
    const users = await this.users.findByIds([...new Set(ids)]);
    return new Map(users.map(({ id, username, displayName }) => [id, { id, username, displayName }]));
  }

  async findByUsername(username: string): Promise<UserSummary | undefined> {
    const user = await this.users.findByUsername(normaliseUsername(username));
    return user ? { id: user.id, username: user.username, displayName: user.displayName } : undefined;
  }
}
