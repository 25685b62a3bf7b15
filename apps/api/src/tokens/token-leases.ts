import { Injectable } from '@nestjs/common';

/** Counts, by token, the attempts that uploads under way hold. */
export type LeaseCounter = (tokenIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/** Port: the module that runs uploads registers who counts them. */
@Injectable()
export class TokenLeases {
  private counter: LeaseCounter = async () => new Map();

  register(counter: LeaseCounter): void {
    this.counter = counter;
  }

  count(tokenIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return tokenIds.length === 0 ? Promise.resolve(new Map()) : this.counter(tokenIds);
  }
}
