import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { createApp } from '../src/bootstrap.js';
import { createLog } from '../src/common/logging/logger.js';
import { prepareDataDirectory } from '../src/config/data-directory.js';
import { loadSettings, type Settings } from '../src/config/settings.js';

/** Settings as a start with this environment would have them. */
export function settingsFrom(environment: Readonly<Record<string, string>>): Settings {
  return prepareDataDirectory(
    loadSettings({ HOST: '127.0.0.1', PORT: '0', ...environment }, (path) => readFileSync(path, 'utf8')),
  );
}

export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly settings: Settings;
  /** What was logged so far, parsed. */
  readonly logged: Record<string, unknown>[];
  /** The lines about requests, once `count` of them are there. */
  requestLines(count: number): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The whole application on a new SQLite database in a directory of its own. */
export async function startTestApp(
  environment: Readonly<Record<string, string>> = {},
  addRoutes?: (fastify: FastifyInstance) => void,
): Promise<TestApp> {
  const directory = mkdtempSync(join(tmpdir(), 'logs-collector-app-'));
  const settings = settingsFrom({ DATA_DIR: directory, ...environment });
  const logged: Record<string, unknown>[] = [];
  const log = createLog(settings, { write: (line) => logged.push(JSON.parse(line)) });
  const app = await createApp(settings, log, addRoutes);
  const requests = () => logged.filter((line) => line.msg === 'request');
  return {
    app,
    settings,
    logged,
    requestLines: async (count) => {
      while (requests().length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      return requests();
    },
    close: async () => {
      await app.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Sends `text` over a connection of its own and resolves with all that comes back until it ends. */
export function sendRaw(port: number, text: string, localAddress = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

/** Where a listening application listens. */
export function portOf(app: NestFastifyApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}
