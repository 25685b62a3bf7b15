// First of all: decorators need it at the moment when their classes are defined.
import 'reflect-metadata';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// V8's space for young objects would grow to 32 MB under load and stay so. Lines live for a moment: measured at 80,000 a
// second, the process takes a sixth less memory and no more time.
setFlagsFromString('--semi-space-growth-factor=1');

// Beside the program, as for the API: whoever may write there could change the program anyway.
if (!process.env.NODE_COMPILE_CACHE) enableCompileCache(fileURLToPath(new URL('./.compile-cache', import.meta.url)));
const { run } = await import('./life-cycle.js');
await run();
