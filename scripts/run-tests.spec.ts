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

describe('The summary of a test run', () => {
  it('adds up the projects, and counts a file that could not be loaded', () => {
    write('unit.json', '{"numPassedTests":10,"numFailedTests":1,"numRuntimeErrorTestSuites":0}');
    write('db.json', '{"numPassedTests":5,"numFailedTests":0,"numRuntimeErrorTestSuites":2}');
    expect(summarise(directory)).toEqual({ passed: 15, failed: 3 });
  });

  it('adds the stories in the browser; what was skipped has not passed, what needed a second try has failed', () => {
    write(
      'web.json',
      '{"stats":{"expected":7,"unexpected":1,"flaky":1,"skipped":4},"errors":[{"message":"no browser"}]}',
    );
    expect(summarise(directory)).toEqual({ passed: 7, failed: 3 });
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
