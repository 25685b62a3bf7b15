import { readFileSync } from 'node:fs';
import { bootstrap } from './bootstrap.js';
import { prepareDataDirectory } from './config/data-directory.js';
import { loadSettings } from './config/settings.js';

const settings = prepareDataDirectory(loadSettings(process.env, (path) => readFileSync(path, 'utf8')));
await bootstrap(settings);
