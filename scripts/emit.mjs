// Writes the files that are made from the code: openapi.json and the client's types of it, docs/errors.md,
// docs/settings.md, .env.example.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const rootDir = resolve(import.meta.dirname, '..');
const built = (path) => import(join(rootDir, 'apps/api/dist', path));

const { createApp } = await built('bootstrap.js');
const { loadSettings } = await built('config/settings.js');
const { prepareDataDirectory } = await built('config/data-directory.js');
const { generatedFiles } = await built('openapi/generated-files.js');

const dataDir = mkdtempSync(join(tmpdir(), 'logs-collector-emit-'));
try {
  const settings = loadSettings({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, () => '');
  const app = await createApp(prepareDataDirectory(settings));
  for (const [path, text] of Object.entries(generatedFiles(app))) {
    mkdirSync(dirname(join(rootDir, path)), { recursive: true });
    writeFileSync(join(rootDir, path), text);
    console.log(path);
  }
  await app.close();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

// From the document that was just written.
await import(join(rootDir, 'libs/api-client/generate.mjs'));
console.log('libs/api-client/src/generated/schema.ts');
