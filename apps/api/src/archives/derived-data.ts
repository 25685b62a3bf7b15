import { Injectable } from '@nestjs/common';

/** Removes everything that was made from an archive. Idempotent. */
export type DropDerived = (archiveId: string) => Promise<void>;

/** Port: modules that make something from archives register how it goes away with them. */
@Injectable()
export class DerivedData {
  private readonly droppers: DropDerived[] = [];

  register(drop: DropDerived): void {
    this.droppers.push(drop);
  }

  async drop(archiveId: string): Promise<void> {
    for (const drop of this.droppers) await drop(archiveId);
  }
}
