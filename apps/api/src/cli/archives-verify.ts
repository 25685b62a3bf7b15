// First of all: decorators need it at the moment when their classes are defined.
import 'reflect-metadata';

await import('./verify-archives.js');
