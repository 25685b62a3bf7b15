import { jest } from '@jest/globals';
import { Traefik } from '../support/traefik.js';
import { describeProxy } from './proxy-stories.js';

jest.setTimeout(120_000);

describeProxy('Traefik', 'traefik', Traefik.start);
