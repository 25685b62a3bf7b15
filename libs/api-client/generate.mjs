// Writes the types of the API from the committed openapi.json; with --check compares and changes nothing.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString } from 'openapi-typescript';

const OPENAPI = join(import.meta.dirname, '../../apps/api/openapi.json');
const TARGET = join(import.meta.dirname, 'src/generated/schema.ts');
const HEADER = '// Made from apps/api/openapi.json by `pnpm emit`. Changes belong into the decorators of the API.\n\n';

const types = await openapiTypescript(JSON.parse(readFileSync(OPENAPI, 'utf8')), { alphabetize: true });
const text = HEADER + astToString(types);
if (!process.argv.includes('--check')) writeFileSync(TARGET, text);
else if (readFileSync(TARGET, 'utf8') !== text) {
  process.stderr.write('libs/api-client/src/generated/schema.ts is not what `pnpm emit` would write.\n');
  process.exitCode = 1;
}
