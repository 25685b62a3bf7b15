import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Role } from '../../common/access/principal.js';
import { BigIntColumn, TimeColumn } from '../../database/time-column.js';

/** A member of staff. Never deleted, because tickets and the trail name them: deactivated instead. */
@Entity('user')
@Unique(['username'])
@Unique(['founder'])
@Index(['timeCreate', 'id'])
export class User {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  /** NFKC, lower case: what people type is normalised before it is compared. */
  @Column({ type: 'varchar', length: 150 })
  username!: string;

  @Column({ type: 'varchar', length: 150, nullable: true })
  displayName!: string | null;

  /** Language of the interface, a BCP 47 tag; null: the browser's. */
  @Column({ type: 'varchar', length: 8, nullable: true })
  locale!: string | null;

  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  @Column({ type: 'boolean' })
  isActive!: boolean;

  /** 1 for the first administrator, null for all others: its uniqueness decides who that is, whatever races. */
  @Column({ type: 'integer', nullable: true })
  founder!: number | null;

  /** PHC string; null until an invitation has been accepted. */
  @Column({ type: 'text', nullable: true })
  passwordHash!: string | null;

  /** The TOTP secret (base32), sealed with the user's id as context. */
  @Column({ type: 'text', nullable: true })
  totpSealed!: string | null;

  @TimeColumn({ nullable: true })
  totpConfirmedAt!: number | null;

  /** The newest time step (RFC 6238 §4.2) that was accepted; no step is accepted twice. */
  @BigIntColumn({ default: 0 })
  totpLastStep!: number;

  /** May set up a first second factor with the password alone: only the first administrator. */
  @Column({ type: 'boolean' })
  mayEnrol!: boolean;

  @TimeColumn()
  timeCreate!: number;

  @TimeColumn({ nullable: true })
  lastLoginAt!: number | null;
}
