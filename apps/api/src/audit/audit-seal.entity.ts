import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { BigIntColumn } from '../database/time-column.js';

/** The link of one event in the chain. Made with the event, and given its place and hash soon after. */
@Entity('audit_seal')
@Unique(['position'])
export class AuditSeal {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  eventId!: string;

  /** From 1 without gaps, in the order of sealing; null until then. */
  @BigIntColumn({ nullable: true })
  position!: number | null;

  /** SHA-256 over the hash before it and the event; lower-case hex. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  hash!: string | null;
}
