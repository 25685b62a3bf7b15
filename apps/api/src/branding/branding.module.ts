import { Module } from '@nestjs/common';
import { Branding } from './branding.js';
import { LogoController } from './logo.controller.js';

/** What the customers' page shows of whose server it is. */
@Module({ controllers: [LogoController], providers: [Branding], exports: [Branding] })
export class BrandingModule {}
