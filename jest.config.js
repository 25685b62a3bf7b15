/**
 * Three kinds of tests, told apart by the end of their names:
 * `*.spec.ts` and `*.contract-spec.ts` (unit: no database server), `*.db-spec.ts` (SQLite and real
 * PostgreSQL), `*.e2e-spec.ts` (the shipped process through its public interface).
 */
const base = {
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
        },
      },
    ],
  },
  moduleNameMapper: {
    // Tests run the sources, not the built output, of every workspace package.
    '^@logs-collector/([^/]+)/(.*)$': '<rootDir>/libs/$1/src/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

export default {
  // A machine that does other things besides takes its time. What has to be quick says so in its test.
  testTimeout: 120_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      rootDir: import.meta.dirname,
      testMatch: ['<rootDir>/{apps,libs,scripts}/**/*.spec.ts', '<rootDir>/libs/**/*.contract-spec.ts'],
    },
    {
      ...base,
      displayName: 'db',
      rootDir: import.meta.dirname,
      testMatch: ['<rootDir>/{apps,libs}/**/*.db-spec.ts'],
      globalSetup: '<rootDir>/apps/api/test-support/postgres-global-setup.mjs',
      globalTeardown: '<rootDir>/apps/api/test-support/postgres-global-teardown.mjs',
    },
    {
      ...base,
      displayName: 'e2e',
      rootDir: import.meta.dirname,
      testMatch: ['<rootDir>/e2e/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/apps/api/test-support/postgres-global-setup.mjs',
      globalTeardown: '<rootDir>/apps/api/test-support/postgres-global-teardown.mjs',
    },
  ],
};
