// First of all: decorators need it at the moment when their classes are defined.
import 'reflect-metadata';
import { runImport } from './import/run-import.js';

// Whatever is made from here on is nobody else's to read.
process.umask(0o077);
process.exitCode = await runImport(process.argv.slice(2), process.env);
