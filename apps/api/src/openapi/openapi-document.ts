import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { declaredErrorKinds } from '../common/errors/coded-error.js';
import { UPLOAD_TOKEN_SCHEME } from '../common/http/api-docs.js';
import { completeOperations } from './operations.js';
import { problemSchema } from './problem-schema.js';
import { TAGS } from './tags.js';
import { withoutNullable } from './without-nullable.js';

const API_VERSION = '1.0.0';

const DESCRIPTION = `Customers send log archives with an upload token; staff manage tickets and read what arrived. Names are snake_case, times are ISO 8601 in UTC, identifiers are strings.

**To begin**, make an API key (*Account → API keys*), press *Authorize* and put it under \`api_key\`; in a program it is \`Authorization: Bearer …\`. Without a key, \`POST /api/v1/auth/token\` answers an \`access\` token for ten minutes, which goes under \`bearer\`. What a customer does needs an upload token, under \`upload_token\`.

**Lists** are bare arrays, newest first, of at most \`limit\`; the address of the next page is in the header \`Link\`, the whole number in \`X-Total-Count\`.

**Errors** are documents of RFC 9457 with a stable \`code\`; [all of them](/api/docs/errors).`;

/** Builds the description of the whole API from the running application's controllers. */
export function buildOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const raw = SwaggerModule.createDocument(app, frame(), {
    operationIdFactory: (controller, method) => `${camelCase(controller.replace(/Controller$/, ''))}_${method}`,
  });
  const kinds = declaredErrorKinds();
  const document = withoutNullable(completeOperations(raw, kinds)) as OpenAPIObject;
  const { schemas = {}, ...components } = document.components ?? {};
  return {
    ...document,
    components: { ...components, schemas: sorted({ ...schemas, Problem: problemSchema(kinds) }) },
    paths: sorted(document.paths),
  };
}

function frame(): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder();
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  return builder
    .setOpenAPIVersion('3.1.0')
    .setTitle('Logs Collector')
    .setDescription(DESCRIPTION)
    .setVersion(API_VERSION)
    .setLicense('GPL-3.0-only', 'https://www.gnu.org/licenses/gpl-3.0.html')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The access token of a login.' }, 'bearer')
    .addCookieAuth(
      'lc_at',
      { type: 'apiKey', in: 'cookie', description: 'Set by a login with `?cookie=1`; named `__Host-lc_at` over TLS.' },
      'cookie',
    )
    .addSecurity('api_key', { type: 'http', scheme: 'bearer', description: 'An API key in place of an access token.' })
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'Upload-Token', description: 'What the customer was given.' },
      UPLOAD_TOKEN_SCHEME,
    )
    .build();
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** In a fixed order, so that the committed document changes only where the API does. */
function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
