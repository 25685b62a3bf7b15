// First of all: decorators need it at the moment when their classes are defined.
import 'reflect-metadata';
import { runCommand } from './run-command.js';

// Whatever is made from here on is nobody else's to read.
process.umask(0o077);
process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
