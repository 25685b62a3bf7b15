import { jest } from '@jest/globals';
import { Caddy } from '../support/caddy.js';
import { describeProxy } from './proxy-stories.js';

jest.setTimeout(120_000);

describeProxy('Caddy', 'caddy', Caddy.start);
