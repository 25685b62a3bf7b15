// Adds up what Jest wrote with `--json --outputFile`.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECTS = ['unit', 'db', 'e2e'];

/** A test file that could not even be loaded counts as one failure: its tests are in no other number. */
export function summarise(directory) {
  const total = { passed: 0, failed: 0 };
  for (const file of PROJECTS.map((project) => join(directory, `${project}.json`)).filter((path) => existsSync(path))) {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += numPassedTests;
    total.failed += numFailedTests + numRuntimeErrorTestSuites;
  }
  return total;
}
