import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase } from '../../apps/api/test-support/test-databases.js';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { besideServer } from '../support/admin-command.js';
import { IS_LARGE } from '../support/size.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(300_000);

/** The series that the former application asks for, and a driver that it can use. */
const PACKAGES = ['django==4.2.*', 'psycopg[binary]>=3.1.10,<4'];
const SCRIPT = join(import.meta.dirname, '../support/former_django.py');

interface MadeTicket {
  readonly number: number;
  readonly token: string;
  readonly time_create: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

const isPossible = IS_LARGE && hasCapability('python3');

(isPossible ? describe : describe.skip)('import-logs-collector from what Django itself has written', () => {
  const directory = mkdtempSync(join(tmpdir(), 'logs-collector-django-'));
  const python = join(directory, 'environment/bin/python');
  let stage: Stage;

  beforeAll(async () => {
    execFileSync('python3', ['-m', 'venv', join(directory, 'environment')]);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
    stage = await Stage.set('sqlite');
  });

  afterAll(async () => {
    await stage.strike();
    rmSync(directory, { recursive: true, force: true });
  });

  it('takes over an installation on SQLite', async () => {
    const place = join(directory, 'sqlite');
    const made = make(place);
    await expectImported(made, ['--database', join(place, 'db.sqlite3')], {});
  });

  it('takes over an installation on PostgreSQL', async () => {
    const database = await createTestDatabase('postgres 15');
    const place = join(directory, 'postgres');
    const made = make(place, database.url);
    for (const { number } of made) await stage.admin.expect(204, 'DELETE', `/api/v1/tickets/${number}`);
    await expectImported(made, ['--archives', join(place, 'archives')], { FORMER_DATABASE: database.url });
    await database.drop();
  });

  function make(place: string, ...address: string[]): MadeTicket[] {
    mkdirSync(place);
    return JSON.parse(execFileSync(python, [SCRIPT, place, ...address], { encoding: 'utf8' })) as MadeTicket[];
  }

  async function expectImported(made: readonly MadeTicket[], args: string[], environment: Record<string, string>) {
    const { code, errors } = await besideServer(stage.server, ['import-logs-collector', ...args], { environment });
    expect([code, errors]).toEqual([0, expect.stringMatching(/^archives: /)]);
    for (const { number, token, time_create, files } of made) {
      expect(await stage.admin.readTicket(String(number))).toMatchObject({
        ...{ token, attempts: 5, user: 'anna', note: 'заметка', archives_count: 2 },
        time_create: new Date(time_create).toISOString(),
      });
      for (const { name, text } of files) {
        const answer = await fetch(`${stage.server.url}/archives/download/${number}/${encodeURIComponent(name)}`, {
          headers: { Authorization: `Bearer ${stage.admin.access}` },
        });
        expect([name, answer.status, await answer.text()]).toEqual([name, 200, text]);
      }
      const sent = await fetch(`${stage.server.url}/api/v1/archives/later.log`, {
        ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: `later ${number}` },
      });
      expect(sent.status).toBe(201);
    }
  }
});
