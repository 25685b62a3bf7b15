import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the installation knows of itself, by name. */
@Entity('meta')
export class Meta {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  key!: string;

  @Column({ type: 'text' })
  value!: string;
}
