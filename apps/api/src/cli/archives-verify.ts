// First of all: decorators need it at the moment when their classes are defined.
import 'reflect-metadata';
import { SettingsError } from '@logs-collector/runtime/settings-reader';

try {
  await import('./verify-archives.js');
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
