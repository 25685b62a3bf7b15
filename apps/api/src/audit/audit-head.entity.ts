import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The end of the chain: one row, which whoever adds to the chain locks. */
@Entity('audit_head')
export class AuditHead {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  /** Position and hash of the last link, sealed with SECRET_KEY: only a server can move the end. */
  @Column({ type: 'text' })
  sealed!: string;
}
