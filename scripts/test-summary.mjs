// Adds up what Jest wrote with `--json --outputFile`, and Playwright with its JSON reporter.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which file counts how. What was skipped is in no number. */
const COUNTERS = { 'unit.json': countJest, 'db.json': countJest, 'e2e.json': countJest, 'web.json': countPlaywright };

export function summarise(directory) {
  const total = { passed: 0, failed: 0 };
  for (const [name, count] of Object.entries(COUNTERS)) {
    const file = join(directory, name);
    if (!existsSync(file)) continue;
    const { passed, failed } = count(JSON.parse(readFileSync(file, 'utf8')));
    total.passed += passed;
    total.failed += failed;
  }
  return total;
}

/** A test file that could not even be loaded counts as one failure: its tests are in no other number. */
function countJest({ numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
}

/** `errors` are those outside of every test: a file that could not be loaded, a browser that did not start. */
function countPlaywright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
}
