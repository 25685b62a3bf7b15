// The first process of the image: starts what its first argument names, in this very process, so that signals reach it.
//
//   node entry.mjs [api | shuttle | shuttle-import | <administrative command>] [arguments…]

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Each has a program of its own. What is not in this image is not offered. */
const PROGRAMS = {
  api: 'apps/api/bundle/main.js',
  shuttle: 'apps/shuttle/bundle/main.js',
  'shuttle-import': 'apps/shuttle/bundle/import.js',
};
/** Takes every other command, and knows which there are. */
const ADMINISTRATION = 'apps/api/bundle/admin.js';
const USAGE_ERROR = 64;
/**
 * The shuttle forwards lines all day and keeps few of them: with the defaults Node and the C library would keep half as much
 * again of what each of its threads has freed (docs/shuttle.md). Both read it at their very beginning.
 */
const SHUTTLE_MEMORY = { NODE_OPTIONS: '--max-old-space-size=192 --max-semi-space-size=8', MALLOC_ARENA_MAX: '2' };
/**
 * A line lives until its receiver has it, half a second under load. Collecting more often than that finds little to free:
 * with so small a heap V8 would do so after every third more, which takes half of the processor. NODE_OPTIONS cannot say it.
 */
const SHUTTLE_COLLECTION = ['--min-semi-space-size=8', '--heap-growing-percent=50'];

const inImage = (path) => join(import.meta.dirname, path);
const isThere = (path) => existsSync(inImage(path));

function refuse(command) {
  const known = Object.keys(PROGRAMS).filter((name) => isThere(PROGRAMS[name]));
  process.stderr.write(`Unknown command: ${JSON.stringify(command)}. There are: ${known.join(', ')}.\n`);
  process.exit(USAGE_ERROR);
}

/** Begins anew in this very process, unless that was done or somebody has set it otherwise. What NODE_OPTIONS says counts. */
function limitMemory() {
  const { MALLOC_ARENA_MAX, NODE_OPTIONS } = process.env;
  if (MALLOC_ARENA_MAX !== undefined) return;
  const options = [SHUTTLE_MEMORY.NODE_OPTIONS, NODE_OPTIONS].filter(Boolean).join(' ');
  process.execve(process.execPath, [process.execPath, ...SHUTTLE_COLLECTION, ...process.argv.slice(1)], {
    ...process.env,
    ...SHUTTLE_MEMORY,
    NODE_OPTIONS: options,
  });
}

/** A signal that nobody listens to does not end the first process of a container, so a slow start could not be ended. */
function endOnSignalUntilTheProgramListens() {
  for (const [signal, code] of Object.entries({ SIGTERM: 143, SIGINT: 130 })) {
    let isListening = false;
    process.on(signal, () => isListening || process.exit(code));
    process.on('newListener', (name) => {
      isListening ||= name === signal;
    });
  }
}

const [command = 'api', ...args] = process.argv.slice(2);
const own = Object.hasOwn(PROGRAMS, command) ? PROGRAMS[command] : undefined;
const program = own ?? ADMINISTRATION;
if (!isThere(program)) refuse(command);
if (command === 'shuttle') limitMemory();
endOnSignalUntilTheProgramListens();
process.argv = [process.execPath, inImage(program), ...(own ? args : [command, ...args])];
await import(pathToFileURL(inImage(program)));
