import { Inject, Injectable } from '@nestjs/common';
import { commonErrors } from '../../common/errors/common.errors.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { commonPasswords } from './common-passwords.js';
import { passwordFaults } from './password.rules.js';

/** Holds a new password against the rules of this installation. */
@Injectable()
export class PasswordPolicy {
  private readonly words: readonly string[];

  constructor(@Inject(SETTINGS) settings: Pick<Settings, 'PUBLIC_URL' | 'ORGANISATION'>) {
    const host = settings.PUBLIC_URL ? new URL(settings.PUBLIC_URL).hostname : '';
    this.words = [...host.split('.').slice(0, -1), ...(settings.ORGANISATION ?? '').split(/\s+/)];
  }

  /** What is wrong with it, as sentences without a subject. */
  faults(password: string, username: string): string[] {
    const isCommon = (text: string): boolean => commonPasswords().has(text);
    return passwordFaults(password, { username, words: this.words, isCommon });
  }

  /** Throws 422 with every fault at `pointer`. */
  require(password: string, username: string, pointer = '/password'): void {
    const faults = this.faults(password, username);
    if (faults.length > 0) throw commonErrors.validation(faults.map((detail) => ({ pointer, detail })));
  }
}
