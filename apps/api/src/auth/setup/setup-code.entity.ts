import { Entity, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../../database/time-column.js';

/** A code that may still make the first administrator. Every starting replica adds its own; one of them wins. */
@Entity('setup_code')
export class SetupCode {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  codeHash!: string;

  @TimeColumn()
  expiresAt!: number;
}
