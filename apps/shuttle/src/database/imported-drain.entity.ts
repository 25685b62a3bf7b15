import { Entity, type EntityOptions, PrimaryColumn } from 'typeorm';

const options: EntityOptions = { name: 'imported_drain' };

/** That a drain was imported once: where it is not there any more, it was deleted here and does not come back. */
@Entity(options)
export class ImportedDrain {
  /** As in the former store, which is what it has here too. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id = '';
}
