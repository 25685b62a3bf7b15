// First of all: decorators need it at the moment when their classes are defined.
import 'reflect-metadata';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside the program, as for the API: whoever may write there could change the program anyway.
if (!process.env.NODE_COMPILE_CACHE) enableCompileCache(fileURLToPath(new URL('./.compile-cache', import.meta.url)));
const { run } = await import('./life-cycle.js');
await run();
