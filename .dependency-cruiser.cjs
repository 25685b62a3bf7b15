/** Who may import whom: docs/ARCHITECTURE.md in executable form. */
const features = [
  'audit',
  'auth',
  'branding',
  'self-test',
  'storage',
  'platforms',
  'tickets',
  'tokens',
  'archives',
  'notifications',
  'explorer',
  'drains',
];
const api = '(^|/)apps/api/src';
const web = '(^|/)apps/web/src';

/** A feature may import only the features to its left. */
const leftward = features.slice(0, -1).map((feature, index) => ({
  name: `feature-order-${feature}`,
  severity: 'error',
  comment: `${feature} imports only what stands to its left: ${features.join(' → ')}. Register a port instead.`,
  from: { path: `${api}/${feature}/` },
  to: { path: `${api}/(${features.slice(index + 1).join('|')})/` },
}));

/** The pages: shared → features → app. */
const pages = [
  {
    name: 'web-shared-knows-no-feature',
    severity: 'error',
    comment: 'What everybody uses (components, lib, i18n) knows nobody who uses it.',
    from: { path: `${web}/(components|lib|i18n)/` },
    to: { path: `${web}/(features|app|upload)/` },
  },
  {
    name: 'web-features-are-separate',
    severity: 'error',
    comment: 'A feature imports no other feature; only who is logged in may be asked everywhere.',
    from: { path: `${web}/features/([^/]+)/` },
    to: { path: `${web}/features/`, pathNot: [`${web}/features/$2/`, `${web}/features/account/api/get-me\\.ts$`] },
  },
  {
    name: 'web-features-know-no-app',
    severity: 'error',
    comment: 'app/ puts features together. The table of addresses (app/paths.ts) is open to all of them.',
    from: { path: `${web}/features/` },
    to: { path: `${web}/(app|upload)/`, pathNot: `${web}/app/paths\\.ts$` },
  },
  {
    name: 'web-upload-stands-alone',
    severity: 'error',
    comment: "The customers' page loads nothing of the workbench.",
    from: { path: `${web}/upload/` },
    to: { path: `${web}/(features|app)/` },
  },
  {
    name: 'web-components-come-from-ui',
    severity: 'error',
    comment: 'Only components/ui imports react-aria-components; add a wrapper there.',
    from: { path: `${web}/`, pathNot: `${web}/components/(ui/|locale-provider\\.tsx$)` },
    to: { path: '(^|/)(react-aria-components|react-aria|@react-aria)(/|$)' },
  },
];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '(^|/)libs/' }, to: { path: '(^|/)apps/' } },
    {
      name: 'apps-never-import-each-other',
      severity: 'error',
      from: { path: '(^|/)apps/([^/]+)/' },
      to: { path: '(^|/)apps/', pathNot: '(^|/)apps/$2/' },
    },
    {
      name: 'web-imports-the-api-client-only',
      severity: 'error',
      from: { path: '(^|/)apps/web/' },
      to: { path: '(^|/)libs/', pathNot: '(^|/)libs/api-client/' },
    },
    {
      name: 'foundations-import-no-feature',
      severity: 'error',
      from: { path: `${api}/(common|config|database|backup)/` },
      to: { path: `${api}/(${features.join('|')}|health)/` },
    },
    {
      name: 'entities-and-repositories-are-private',
      severity: 'error',
      comment: "Another module's entity or repository is private: call its exported service.",
      // Commands are composition roots, as app.module.ts is.
      from: { path: `${api}/([^/]+)/`, pathNot: `${api}/cli/` },
      to: { path: `${api}/[^/]+/.*\\.(entity|repository)\\.ts$`, pathNot: `${api}/$2/` },
    },
    {
      name: 'services-know-no-sql',
      severity: 'error',
      comment: 'SQL and TypeORM live in repositories, entities and database/.',
      from: { path: `${api}/.*\\.(service|controller|rules)\\.ts$` },
      to: { path: 'node_modules/(typeorm|pg|better-sqlite3)' },
    },
    {
      name: 'rules-are-pure',
      severity: 'error',
      from: { path: '\\.rules\\.ts$' },
      to: { path: 'node_modules/@nestjs|^node:|^(fs|crypto|net|http)$' },
    },
    {
      name: 'libs-know-no-nest',
      severity: 'error',
      from: { path: '(^|/)libs/' },
      to: { path: 'node_modules/(@nestjs|typeorm)' },
    },
    ...leftward,
    ...pages,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Tests put things together that must not know each other.
    exclude: { path: '^(apps|libs)/[^/]+/(dist|bundle)/|spec\\.ts$|/test-support/' },
    // TypeScript 7 has no API for it; swc reads our decorators and types, and counts `import type` as an import too.
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'], conditionNames: ['import', 'types', 'default'] },
  },
};
