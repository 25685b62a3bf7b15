// Runs everything that has to hold, keeps the results in test-results/, and says what this machine could not run.
//
//   node scripts/run-tests.mjs [large]

import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { hasCapability, missingCapabilities, requiredInCi } from './capabilities.mjs';
import { kafkaJars } from './kafka/get-kafka.mjs';
import { buildS3Server } from './s3-server.mjs';
import { summarise } from './test-summary.mjs';

const rootDir = resolve(import.meta.dirname, '..');
const resultsDir = join(rootDir, 'test-results');
const isLarge = process.argv[2] === 'large';
const isCi = process.env.CI === 'true';
const largeEnv = isLarge ? { TEST_LARGE: '1' } : {};

/** Every worker brings servers of its own; beyond this they would only wait for the disk. */
const MAX_WORKERS = 4;
const workers = Math.min(availableParallelism(), MAX_WORKERS);

/** Runs one step and tells how it went, in how many seconds. `project` is the name of its results, where it has some. */
async function step(title, command, args, { env = {}, project } = {}) {
  console.log(`\n── ${title}`);
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd: rootDir, stdio: 'inherit', env: { ...process.env, ...env } });
  const code = await new Promise((resolve) => child.on('error', () => resolve(1)).on('close', resolve));
  console.log(`── ${title}: ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  return { title, project, isOk: code === 0 };
}

/** Runs steps one after the other, whether or not the ones before went well. */
async function inTurn(steps) {
  const results = [];
  for (const run of steps) results.push(await run());
  return results;
}

function jest(project) {
  const jestBin = join(rootDir, 'node_modules/jest/bin/jest.js');
  const output = join(resultsDir, `${project}.json`);
  return step(
    `${project} tests`,
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jestBin],
      // Nothing is left open where all went well. What a test that failed has left must not keep the end from naming it.
      ...['--selectProjects', project, '--maxWorkers', String(workers)],
      ...['--forceExit', '--json', '--outputFile', output],
      ...(isCi ? ['--ci'] : []),
    ],
    { project, env: largeEnv },
  );
}

/** The web pages in a browser; without one nothing fails here, and the end says what was not run. */
function browser() {
  if (!hasCapability('chromium')) return { title: 'web tests', isOk: true };
  const cli = join(rootDir, 'e2e/node_modules/@playwright/test/cli.js');
  const args = ['test', '--config', join(rootDir, 'e2e/playwright.config.ts')];
  return step('web tests', process.execPath, [cli, ...args], { project: 'web', env: largeEnv });
}

/** Not within the time limit of a test. What cannot be had makes those tests fail, and no others. */
function bringKafka() {
  if (!hasCapability('java') || !hasCapability('mvn')) return;
  try {
    kafkaJars();
  } catch (error) {
    console.error(error.message);
  }
}

// Without them nothing fails here, and the end says what was not run.
await buildS3Server();
bringKafka();
rmSync(resultsDir, { recursive: true, force: true });
mkdirSync(resultsDir);
const build = () => step('bundle', 'pnpm', ['--silent', 'run', 'build']);
const types = () => step('types', 'pnpm', ['--silent', 'run', 'typecheck']);
const lint = () => step('lint', 'pnpm', ['--silent', 'run', 'lint']);

// Lint shares nothing with the two others, which both write what the compiler makes.
const prepared = isLarge ? [await build()] : (await Promise.all([lint(), inTurn([types, build])])).flat();
const tested = await inTurn([...(isLarge ? ['e2e'] : ['unit', 'db', 'e2e']).map((name) => () => jest(name)), browser]);
const checks = [...prepared, ...tested];

const { passed, failed: failedTests, failures } = summarise(resultsDir);
// A step that names no test is a failure of its own: lint, or a program that ended before it wrote its results.
const otherwise = checks.filter(({ isOk, project }) => !isOk && !(failures[project]?.length > 0));
const missing = missingCapabilities();
const required = isCi ? requiredInCi(join(rootDir, '.ci/capabilities')) : [];
const unmet = missing.filter(({ name }) => required.includes(name));
const failed = failedTests + otherwise.length + unmet.length;
console.log('');
for (const { explanation } of missing) console.log(`not run: ${explanation}`);
for (const { name } of unmet) console.log(`failed: CI must have ${name} (.ci/capabilities).`);
for (const { title } of otherwise) console.log(`failed: ${title}, see above`);
for (const failure of Object.values(failures).flat()) console.log(`failed: ${failure}`);
writeFileSync(join(resultsDir, 'summary.txt'), `${passed} passed, ${failed} failed\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
