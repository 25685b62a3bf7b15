import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes } from '../support/bytes.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(60_000);

const VERIFY = join(import.meta.dirname, '../../apps/api/dist/cli/archives-verify.js');

describe('archives-verify beside a running server', () => {
  let stage: Stage;
  const ids: string[] = [];

  beforeAll(async () => {
    stage = await Stage.set('sqlite');
    const { token } = await stage.admin.createTicket('VERIFY');
    for (const name of ['whole.bin', 'flipped.bin', 'gone.bin']) {
      const stored = await fetch(`${stage.server.url}/api/v1/archives/${name}`, {
        method: 'PUT',
        headers: { 'Upload-Token': token },
        body: patternedBytes(100_000, ids.length + 1),
      });
      ids.push(((await stored.json()) as { id: string }).id);
    }
  });

  afterAll(() => stage.strike());

  it('exits with 0 where everything is as it was received', async () => {
    expect(await verify()).toEqual({ code: 0, output: '3 archives checked, 0 missing or damaged\n' });
  });

  it('finds one flipped byte and one missing file, marks them, and exits with 1', async () => {
    const file = openSync(blob(ids[1] ?? ''), 'r+');
    writeSync(file, Buffer.from([patternedBytes(100_000, 2)[50_000] === 0 ? 1 : 0]), 0, 1, 50_000);
    closeSync(file);
    rmSync(blob(ids[2] ?? ''));
    const { code, output } = await verify();
    expect(code).toBe(1);
    expect(output).toContain(`corrupt: ${ids[1]} "flipped.bin" (100000 bytes)`);
    expect(output).toContain(`missing: ${ids[2]} "gone.bin" (100000 bytes)`);
    expect(output).toContain('3 archives checked, 2 missing or damaged');
    const archives = await stage.admin.expect<{ name: string; state: string }[]>(200, 'GET', '/api/v1/archives');
    const states = Object.fromEntries(archives.map(({ name, state }) => [name, state]));
    expect(states).toEqual({ 'whole.bin': 'stored', 'flipped.bin': 'corrupt', 'gone.bin': 'missing' });
    expect((await stage.admin.request('GET', '/health/ready')).status).toBe(200);
  });

  function verify(): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [VERIFY], {
      env: { PATH: process.env.PATH, DATA_DIR: stage.server.dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
  }

  function blob(key: string): string {
    return join(stage.server.dataDir, 'blobs', key.slice(-4, -2), key.slice(-2), key);
  }
});
