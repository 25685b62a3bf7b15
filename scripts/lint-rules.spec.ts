import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const API = 'apps/api/src';
const WEB = 'apps/web/src';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-collector-lint-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** Which rules each file breaks. */
function violations(): Record<string, string[]> {
  const run = spawnSync(
    process.execPath,
    [
      ...[join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'), 'apps', 'libs'],
      ...['--config', join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json'],
    ],
    { cwd: directory, encoding: 'utf8' },
  );
  const { summary } = JSON.parse(run.stdout) as { summary: { violations: Violation[] } };
  const byFile: Record<string, string[]> = {};
  for (const { from, rule } of summary.violations) byFile[from] = [...(byFile[from] ?? []), rule.name];
  return byFile;
}

describe('Import rules', () => {
  const forbidden: [rule: string, file: string, importing: string][] = [
    ['feature-order-audit', `${API}/audit/a.ts`, '../auth/x.js'],
    ['feature-order-tickets', `${API}/tickets/a.ts`, '../archives/x.js'],
    ['foundations-import-no-feature', `${API}/common/a.ts`, '../tickets/x.js'],
    ['foundations-import-no-feature', `${API}/database/a.ts`, '../health/x.js'],
    ['entities-and-repositories-are-private', `${API}/archives/a.ts`, '../tickets/ticket.entity.js'],
    ['entities-and-repositories-are-private', `${API}/tokens/a.ts`, '../tickets/tickets.repository.js'],
    ['services-know-no-sql', `${API}/tickets/a.service.ts`, 'typeorm'],
    ['rules-are-pure', `${API}/tickets/a.rules.ts`, '@nestjs/common'],
    ['rules-are-pure', `${API}/tickets/b.rules.ts`, 'node:fs'],
    ['libs-know-no-nest', 'libs/runtime/src/a.ts', '@nestjs/common'],
    ['libs-never-import-apps', 'libs/runtime/src/b.ts', '../../../apps/api/src/tickets/x.js'],
    ['apps-never-import-each-other', 'apps/shuttle/src/a.ts', '../../api/src/tickets/x.js'],
    ['web-imports-the-api-client-only', `${WEB}/a.ts`, '../../../libs/runtime/src/x.js'],
    ['web-shared-knows-no-feature', `${WEB}/lib/a.ts`, '../features/tickets/x.js'],
    ['web-shared-knows-no-feature', `${WEB}/components/a.tsx`, '../features/account/api/get-me.js'],
    ['web-shared-knows-no-feature', `${WEB}/components/ui/a.tsx`, '../../app/paths.js'],
    ['web-shared-knows-no-feature', `${WEB}/i18n/a.ts`, '../app/x.js'],
    ['web-features-are-separate', `${WEB}/features/storage/a.tsx`, '../tickets/x.js'],
    ['web-features-are-separate', `${WEB}/features/storage/b.ts`, '../account/api/x.js'],
    ['web-features-know-no-app', `${WEB}/features/storage/c.tsx`, '../../app/x.js'],
    ['web-features-know-no-app', `${WEB}/features/storage/d.ts`, '../../upload/x.js'],
    ['web-upload-stands-alone', `${WEB}/upload/a.tsx`, '../features/tickets/x.js'],
    ['web-upload-stands-alone', `${WEB}/upload/b.ts`, '../app/paths.js'],
    ['web-components-come-from-ui', `${WEB}/features/storage/e.tsx`, 'react-aria-components'],
    ['web-components-come-from-ui', `${WEB}/components/b.tsx`, 'react-aria-components'],
  ];
  const allowed: [file: string, importing: string][] = [
    [`${API}/archives/fine.ts`, '../tickets/x.js'],
    [`${API}/tickets/fine.service.ts`, './tickets.repository.js'],
    [`${API}/tickets/fine.repository.ts`, 'typeorm'],
    [`${API}/tickets/fine.spec.ts`, '../archives/x.js'],
    [`${API}/app.module.ts`, './tickets/ticket.entity.js'],
    [`${WEB}/fine.ts`, '../../../libs/api-client/src/x.js'],
    [`${WEB}/app/fine.tsx`, '../features/tickets/x.js'],
    [`${WEB}/features/storage/fine.tsx`, '../account/api/get-me.js'],
    [`${WEB}/features/storage/links.tsx`, '../../app/paths.js'],
    [`${WEB}/features/storage/own.tsx`, './api/x.js'],
    [`${WEB}/upload/fine.tsx`, '../lib/x.js'],
    [`${WEB}/components/ui/fine.tsx`, 'react-aria-components'],
    [`${WEB}/components/locale-provider.tsx`, 'react-aria-components'],
    ['libs/runtime/src/fine.ts', '../../blob-store/src/x.js'],
  ];

  it('refuse each forbidden import, also of types alone and at run time, and no allowed one', () => {
    for (const name of ['auth', 'tickets', 'archives', 'health']) write(`${API}/${name}/x.ts`, 'export type X = 1;');
    for (const lib of ['runtime', 'blob-store', 'api-client']) write(`libs/${lib}/src/x.ts`, 'export type X = 1;');
    for (const place of ['features/tickets', 'features/storage/api', 'features/account/api', 'app', 'upload', 'lib'])
      write(`${WEB}/${place}/x.tsx`, 'export type X = 1;\nexport const Page = () => <p />;');
    write(`${WEB}/app/paths.ts`, 'export type X = 1;');
    write(`${WEB}/features/account/api/get-me.ts`, 'export type X = 1;');
    write(`${API}/tickets/ticket.entity.ts`, 'export type X = 1;');
    write(`${API}/tickets/tickets.repository.ts`, 'export type X = 1;');
    for (const [, file, target] of forbidden) write(file, `import type { X } from '${target}';\nexport type Y = X;`);
    for (const [file, target] of allowed) write(file, `import type { X } from '${target}';\nexport type Y = X;`);
    write(`${API}/audit/late.ts`, "export const late = () => import('../auth/x.js');");
    write(`${API}/auth/one.ts`, "import { two } from './two.js';\nexport const one = () => two;");
    write(`${API}/auth/two.ts`, "import { one } from './one.js';\nexport const two = () => one;");
    symlinkSync(join(ROOT, 'apps/api/node_modules'), join(directory, 'node_modules'));
    symlinkSync(join(ROOT, 'apps/web/node_modules'), join(directory, 'apps/web/node_modules'));

    const found = violations();
    for (const [rule, file] of forbidden) expect({ file, rules: found[file] }).toEqual({ file, rules: [rule] });
    expect(found[`${API}/audit/late.ts`]).toEqual(['feature-order-audit']);
    expect(found[`${API}/auth/one.ts`]).toEqual(['no-circular']);
    for (const [file] of allowed) expect({ file, rules: found[file] }).toEqual({ file, rules: undefined });
  });
});

describe('The length of files', () => {
  const check = () =>
    spawnSync(process.execPath, [join(ROOT, 'scripts/check-file-length.mjs'), directory], { encoding: 'utf8' });

  it('may reach 400 lines and no more; what is generated does not count', () => {
    write('apps/fine.ts', 'line\n'.repeat(400));
    write('apps/dist/built.js', 'line\n'.repeat(5_000));
    expect(check().status).toBe(0);
    write('apps/long.ts', 'line\n'.repeat(401));
    expect(check()).toMatchObject({ status: 1, stderr: 'apps/long.ts has 401 lines; at most 400 are allowed.\n' });
  });
});
