import type { KeyPurpose } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';

/** A value that was sealed with SECRET_KEY, as it stands in its row. */
export interface SealedValue {
  /** Of the row. */
  readonly id: string;
  /** What it is bound to. */
  readonly context: string;
  readonly sealed: string;
}

/** All sealed values of one column. */
export interface SealedColumn {
  /** For the log. */
  readonly name: string;
  readonly purpose: KeyPurpose;
  /** In order of id, beginning after `afterId`. */
  findBatch(afterId: string, limit: number): Promise<readonly SealedValue[]>;
  /** Puts `sealed` in the place of `value.sealed`, unless something else stands there by now. In a transaction. */
  replace(value: SealedValue, sealed: string, text: string): Promise<void>;
}

/** Port: whoever keeps sealed values registers them, so that they can be sealed anew when SECRET_KEY is replaced. */
@Injectable()
export class SealedValues {
  private readonly registered: SealedColumn[] = [];

  register(column: SealedColumn): void {
    this.registered.push(column);
  }

  get columns(): readonly SealedColumn[] {
    return this.registered;
  }
}
