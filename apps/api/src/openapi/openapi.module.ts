import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';
import { OpenApiService } from './openapi.service.js';

@Module({ controllers: [DocsController], providers: [OpenApiService] })
export class OpenApiModule {}
