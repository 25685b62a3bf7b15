import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { declaredErrorKinds } from '../common/errors/coded-error.js';
import { settingDefinitions } from '../config/setting-definitions.js';
import { environmentExample, settingsMarkdown } from '../config/setting-reference.js';
import { errorsMarkdown } from './error-reference.js';
import { buildOpenApiDocument } from './openapi-document.js';

/** The files of the repository that are made from the code, by path. `pnpm emit` writes them, a test compares them. */
export function generatedFiles(app: NestFastifyApplication): Record<string, string> {
  return {
    'apps/api/openapi.json': `${JSON.stringify(buildOpenApiDocument(app), null, 2)}\n`,
    'docs/errors.md': errorsMarkdown(declaredErrorKinds()),
    'docs/settings.md': settingsMarkdown(settingDefinitions),
    '.env.example': environmentExample(settingDefinitions),
  };
}
