import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { missingCapabilities, requiredInCi } from './capabilities.mjs';
import { summarise } from './test-summary.mjs';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-collector-runner-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, text: string, mode = 0o644) => {
  writeFileSync(join(directory, name), text, { mode });
  return join(directory, name);
};

const inRoot = (path: string) => join(import.meta.dirname, '..', path);

const jestResults = (results: object) =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numRuntimeErrorTestSuites: 0,
    testResults: [],
    ...results,
  });

const webResults = (results: object) =>
  JSON.stringify({
    config: { rootDir: inRoot('e2e/web') },
    stats: { expected: 7, unexpected: 1, flaky: 1, skipped: 4 },
    suites: [],
    errors: [],
    ...results,
  });

describe('The summary of a test run', () => {
  it('adds up the projects, and counts a file that could not be loaded', () => {
    write('unit.json', jestResults({ numPassedTests: 10, numFailedTests: 1 }));
    write('db.json', jestResults({ numPassedTests: 5, numRuntimeErrorTestSuites: 2 }));
    expect(summarise(directory)).toMatchObject({ passed: 15, failed: 3 });
  });

  it('adds the stories in the browser; what was skipped has not passed, what needed a second try has failed', () => {
    write('web.json', webResults({ errors: [{ message: 'no browser' }] }));
    expect(summarise(directory)).toMatchObject({ passed: 7, failed: 3 });
  });

  it('names each test of Jest that failed, with what its error says first and what was expected', () => {
    const message =
      'Error: \u001b[2mexpect(\u001b[22mreceived\u001b[2m)\u001b[22m.toBe(expected)\n\nExpected: 2\nReceived: 1\n    at file.ts:1';
    const assertions = [
      { ancestorTitles: [], title: 'holds', status: 'passed', failureMessages: [] },
      { ancestorTitles: ['a door'], title: 'opens', status: 'failed', failureMessages: [message, 'another'] },
    ];
    const testResults = [
      { name: inRoot('libs/a.spec.ts'), status: 'failed', message: 'all of it', assertionResults: assertions },
      { name: inRoot('libs/b.spec.ts'), status: 'passed', message: '', assertionResults: [] },
    ];
    write('unit.json', jestResults({ numPassedTests: 1, numFailedTests: 1, testResults }));
    expect(summarise(directory).failures).toEqual({
      unit: ['libs/a.spec.ts › a door › opens: Error: expect(received).toBe(expected) | Expected: 2 | Received: 1'],
    });
  });

  it('names a file of Jest that could not be loaded, and says why', () => {
    const message = '  \u001b[1m● \u001b[22mTest suite failed to run\n\n    Cannot find module ./gone.js\n';
    const testResults = [{ name: inRoot('e2e/a.e2e-spec.ts'), status: 'failed', message, assertionResults: [] }];
    write('e2e.json', jestResults({ numRuntimeErrorTestSuites: 1, testResults }));
    expect(summarise(directory).failures).toEqual({ e2e: ['e2e/a.e2e-spec.ts: Cannot find module ./gone.js'] });
  });

  it('names each story in the browser that failed or needed a second try, and what failed outside of them', () => {
    const spec = (title: string, status: string, messages: readonly string[]) => ({
      title,
      tests: [{ status, results: [{ status: 'failed', errors: messages.map((message) => ({ message })) }] }],
    });
    const file = 'login.web-spec.ts';
    const inner = { title: 'a guest', file, specs: [spec('waits', 'unexpected', ['Error: too long'])] };
    const specs = [spec('enters', 'expected', []), spec('leaves', 'flaky', [])];
    const suites = [{ title: file, file, specs, suites: [inner] }];
    write('web.json', webResults({ errors: [{ message: 'Error: no browser\nat all' }], suites }));
    expect(summarise(directory).failures).toEqual({
      web: [
        'e2e/web/login.web-spec.ts › leaves: failed',
        'e2e/web/login.web-spec.ts › a guest › waits: Error: too long',
        'the browser: Error: no browser',
      ],
    });
  });
});

describe('Capabilities', () => {
  it('are looked for in PATH, and what is missing says how to enable it', () => {
    write('curl', '', 0o755);
    write('shellcheck', 'not executable');
    write('chromium', '', 0o755);
    const missing = new Map(missingCapabilities(directory).map(({ name, explanation }) => [name, explanation]));
    expect([...missing.keys()]).toEqual(expect.arrayContaining(['busybox', 'shellcheck', 'rsyslog', 'tmpfs']));
    expect([missing.has('curl'), missing.has('chromium')]).toEqual([false, false]);
    expect(missing.get('shellcheck')).toMatch(/install the package shellcheck/);
  });

  it('that CI must have are listed by known names', () => {
    expect(requiredInCi(join(import.meta.dirname, '../.ci/capabilities'))).toContain('curl');
    expect(() => requiredInCi(write('list', '# comment\ncurl # why\nteleport\n'))).toThrow('teleport');
  });
});
