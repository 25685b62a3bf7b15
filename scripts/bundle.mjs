// Puts the API, and the shuttle, with everything they import into a few files under apps/*/bundle: what `npm start` and
// `npm run shuttle` run and the image carries. One minified bundle starts in half the time and needs some 30 MB less than
// thousands of modules.
//
//   node scripts/bundle.mjs        after `tsc -b`; makes no bundle that is newer than what it is made of

import { existsSync, globSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const rootDir = resolve(import.meta.dirname, '..');
const bundles = {
  'apps/api': {
    main: 'apps/api/dist/main.js',
    admin: 'apps/api/dist/cli/admin.js',
    // Started as a thread, by its address beside the module that starts it.
    'digest-worker': 'libs/blob-store/dist/digest-worker.js',
  },
  'apps/shuttle': { main: 'apps/shuttle/dist/main.js', import: 'apps/shuttle/dist/import.js' },
};

/** Packages that bring files of their own: a native library, the pages of Swagger UI. */
const SHIPPED_BESIDE = ['better-sqlite3', 'swagger-ui-dist'];

/** What CommonJS packages expect to find, and ES modules do not have. */
const COMMON_JS = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

/** Nest and TypeORM try to load drivers and transports that are not installed; the attempt has to fail at run time. */
const leaveMissingPackages = {
  name: 'leave-missing-packages',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === 'asked') return undefined;
      const found = await builder.resolve(path, { resolveDir, kind, pluginData: 'asked' });
      return found.errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/** The Kafka client's WebAssembly lies in a file beside it, and once more in a module that carries it within. */
const carryWebAssembly = {
  name: 'carry-web-assembly',
  setup(builder) {
    builder.onResolve({ filter: /^@platformatic\/wasm-utils$/ }, ({ path, resolveDir, kind }) =>
      builder.resolve(`${path}/bundled`, { resolveDir, kind }),
    );
  },
};

function isFresh(app) {
  const made = join(rootDir, app, 'bundle/main.js');
  if (!existsSync(made)) return false;
  const sources = globSync([`${app}/dist/**/*.js`, 'libs/*/dist/**/*.js', 'pnpm-lock.yaml', 'scripts/bundle.mjs'], {
    cwd: rootDir,
  });
  const madeAt = statSync(made).mtimeMs;
  return sources.every((path) => statSync(join(rootDir, path)).mtimeMs <= madeAt);
}

async function bundle(app, entryPoints) {
  const outDir = join(rootDir, app, 'bundle');
  rmSync(outDir, { recursive: true, force: true });
  await build({
    absWorkingDir: rootDir,
    entryPoints,
    outdir: outDir,
    bundle: true,
    splitting: true,
    minify: true,
    // Node prints the whole line in which an unexpected error was thrown.
    lineLimit: 160,
    // Nest, TypeORM and the log speak of classes by their names.
    keepNames: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: SHIPPED_BESIDE,
    // Nest imports these two while it runs and wants their named exports, which a CommonJS file in a bundle has not.
    alias: {
      'class-transformer': resolve(rootDir, 'apps/api/node_modules/class-transformer/esm2015/index.js'),
      'class-validator': resolve(rootDir, 'apps/api/node_modules/class-validator/esm2015/index.js'),
    },
    plugins: [carryWebAssembly, leaveMissingPackages],
    banner: { js: COMMON_JS },
    logLevel: 'warning',
  });
}

for (const [app, entryPoints] of Object.entries(bundles)) if (!isFresh(app)) await bundle(app, entryPoints);
