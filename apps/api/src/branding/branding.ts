import { Inject, Injectable } from '@nestjs/common';
import type { Logo } from '../config/logo-file.js';
import { SETTINGS, type Settings } from '../config/settings.js';

export const LOGO_PATH = '/api/v1/logo';

/** Whose server it is, as customers see it. */
@Injectable()
export class Branding {
  readonly organisation: string | null;
  readonly logo: Logo | undefined;
  /** Where the logo is on this server; null without one. */
  readonly logoUrl: string | null;

  constructor(@Inject(SETTINGS) settings: Pick<Settings, 'ORGANISATION' | 'LOGO_FILE'>) {
    this.organisation = settings.ORGANISATION ?? null;
    this.logo = settings.LOGO_FILE;
    this.logoUrl = this.logo ? LOGO_PATH : null;
  }
}
