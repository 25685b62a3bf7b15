import { Injectable } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { commonErrors } from '../common/errors/common.errors.js';

/** Keeps the document once somebody has asked for it: most processes are never asked. */
@Injectable()
export class OpenApiService {
  private app?: NestFastifyApplication;
  private text?: Promise<string>;

  /** Called once, when the application is complete. */
  describe(app: NestFastifyApplication): void {
    this.app = app;
  }

  document(): Promise<string> {
    this.text ??= this.build();
    return this.text;
  }

  private async build(): Promise<string> {
    if (!this.app) throw commonErrors.unavailable(1_000, 'The server is still starting.');
    const { buildOpenApiDocument } = await import('./openapi-document.js');
    return JSON.stringify(buildOpenApiDocument(this.app));
  }
}
