// What some tests need from the machine and no package registry brings.

import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** By name: which tests need it, and how to get it. */
const CAPABILITIES = {
  curl: { tests: 'the console uploader', enable: 'install the package curl' },
  busybox: { tests: 'the console uploader under a second shell', enable: 'install the package busybox' },
  shellcheck: { tests: 'the check of the console uploader', enable: 'install the package shellcheck' },
};

/** The capabilities that CI must have, from `.ci/capabilities`: one name a line, `#` begins a comment. */
export function requiredInCi(file) {
  const names = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((name) => name !== '');
  for (const name of names) if (!Object.hasOwn(CAPABILITIES, name)) throw new Error(`Unknown capability: ${name}`);
  return names;
}

/** Those that this machine lacks, each with a sentence about what could not be run and how to enable it. */
export function missingCapabilities(path = process.env.PATH ?? '') {
  return Object.entries(CAPABILITIES)
    .filter(([name]) => !isInPath(name, path))
    .map(([name, { tests, enable }]) => ({
      name,
      explanation: `${name} is missing: ${tests} could not be tested; ${enable}.`,
    }));
}

function isInPath(command, path) {
  return path.split(delimiter).some((directory) => directory !== '' && isExecutable(join(directory, command)));
}

function isExecutable(file) {
  if (!existsSync(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
