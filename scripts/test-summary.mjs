// Adds up what Jest wrote with `--json --outputFile`, and Playwright with its JSON reporter, and names what failed.

import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const rootDir = resolve(import.meta.dirname, '..');

/** Which file is read how. What was skipped is in no number. */
const READERS = { unit: readJest, db: readJest, e2e: readJest, web: readPlaywright };

/** So long may the words about one failure be; the whole of it is above in the log. */
const MAX_ERROR_CHARACTERS = 300;

/**
 * @returns how many tests passed and failed, and by the name of each project the failures, `file › title: error`. A project
 *   that left no results has no failures here: whoever ran it knows how it ended.
 */
export function summarise(directory) {
  const total = { passed: 0, failed: 0, failures: {} };
  for (const [name, read] of Object.entries(READERS)) {
    const file = join(directory, `${name}.json`);
    if (!existsSync(file)) continue;
    const { passed, failed, failures } = read(JSON.parse(readFileSync(file, 'utf8')));
    total.passed += passed;
    total.failed += failed;
    total.failures[name] = failures.map(({ place, error }) => `${place}: ${inShort(error)}`);
  }
  return total;
}

/** A test file that could not even be loaded counts as one failure: its tests are in no other number. */
function readJest({ numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults }) {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(rootDir, name);
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ ancestorTitles, title, failureMessages }) => ({
        place: [file, ...ancestorTitles, title].join(' › '),
        error: failureMessages[0],
      }));
    // Nothing but a failure outside of every test makes a file fail without one.
    return failed.length === 0 && status === 'failed' ? [{ place: file, error: message }] : failed;
  });
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, failures };
}

/** `errors` are those outside of every test: a file that could not be loaded, a browser that did not start. */
function readPlaywright({ config, stats, errors, suites }) {
  const outside = errors.map(({ message, location }) => ({
    place: location ? relative(rootDir, location.file) : 'the browser',
    error: message,
  }));
  const failures = [...suites.flatMap((suite) => failuresBelow(suite, [], config.rootDir)), ...outside];
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, failures };
}

function failuresBelow({ title, file, specs = [], suites = [] }, above, testDir) {
  const here = title === file ? [relative(rootDir, join(testDir, file))] : [...above, title];
  const failed = specs.flatMap((spec) =>
    spec.tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ results }) => ({
        place: [...here, spec.title].join(' › '),
        error: results.flatMap(({ errors, status }) => [...errors.map(({ message }) => message), status])[0],
      })),
  );
  return [...failed, ...suites.flatMap((suite) => failuresBelow(suite, here, testDir))];
}

/** The first line of an error, and what an assertion says that it wanted and got. */
function inShort(error = '') {
  const lines = stripVTControlCharacters(error)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('●'));
  const values = lines.slice(1).filter((line) => /^(Expected|Received)\b/.test(line));
  const text = [lines[0] ?? 'no reason given', ...values].join(' | ');
  return text.length > MAX_ERROR_CHARACTERS ? `${text.slice(0, MAX_ERROR_CHARACTERS)}…` : text;
}
