import { jest } from '@jest/globals';
import { Caddy } from '../support/caddy.js';
import { describeProxy } from './proxy-stories.js';

jest.setTimeout(60_000);

describeProxy('Caddy', 'caddy', Caddy.start);
