import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { generate } from 'otplib';
import { besideServer, untilSealed } from '../support/admin-command.js';
import { FaultPlan } from '../support/fault-plan.js';
import { ADMIN } from '../support/server.js';
import { ApiUser } from '../support/staff.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const FIRST = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6';
const SECOND = 'q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6';
const TOKENS = 120;

describe('rotate-key', () => {
  let stage: Stage;
  const plan = new FaultPlan();

  afterEach(() => stage.strike());
  afterAll(() => plan.dispose());

  /** The token of a customer opens the door, staff see it, and the second factor of before is taken. */
  async function expectEverythingWorks(token: string, environment: Record<string, string> = {}): Promise<void> {
    const { server, admin } = stage;
    const check = await fetch(`${server.url}/api/v1/check/token`, { headers: { 'Upload-Token': token } });
    expect(check.status).toBe(200);
    const otp = admin.recoveryCodes.pop() ?? (await generate({ secret: admin.totpSecret }));
    const login = await new ApiUser(server).expect<{ access: string }>(200, 'POST', '/api/v1/auth/token', {
      ...{ ...ADMIN, otp },
    });
    admin.access = login.access;
    expect((await admin.readTicket('KEY')).token).toBe(token);
    // The chain under the audit trail goes on with the new key.
    await untilSealed(server, environment);
  }

  it('--generate beside a running server is refused, and nothing is changed', async () => {
    stage = await Stage.set('sqlite');
    const key = readFileSync(join(stage.server.dataDir, 'secret.key'), 'utf8');
    const { code, errors } = await besideServer(stage.server, ['rotate-key', '--generate']);
    expect([code, errors]).toEqual([1, expect.stringContaining('another running server')]);
    expect(readFileSync(join(stage.server.dataDir, 'secret.key'), 'utf8')).toBe(key);
    await stage.server.restart();
    expect((await fetch(`${stage.server.url}/health/ready`)).status).toBe(200);
  });

  it('--generate survives a kill at any step: no server starts in between, and the same command completes it', async () => {
    stage = await Stage.set('sqlite');
    const { dataDir } = stage.server;
    const { token } = await stage.admin.createTicket('KEY');
    await stage.admin.createTicket('OTHER');
    for (let n = 0; n < TOKENS; n += 1) await stage.admin.expect(201, 'POST', '/api/v1/tickets/OTHER/tokens', {});
    await stage.server.stop();
    const generateKey = (environment: Record<string, string> = {}) =>
      besideServer(stage.server, ['rotate-key', '--generate'], { environment });
    let kills = 0;
    for (let nth = 1; ; nth += 9) {
      plan.set({ step: '.', nth, when: 'after', action: 'kill' });
      const { signal } = await generateKey(plan.environment);
      plan.clear();
      if (signal !== 'SIGKILL') break;
      kills += 1;
      if (existsSync(join(dataDir, 'secret.key.next'))) {
        await expect(stage.server.start()).rejects.toThrow(/change of the secret key was interrupted/);
      }
      const completed = await generateKey();
      expect([nth, completed.errors, completed.code]).toEqual([nth, '', 0]);
    }
    expect(kills).toBeGreaterThan(1);
    expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
    await stage.server.start();
    await expectEverythingWorks(token);
  });

  it('with PostgreSQL it wants to hear that no server runs, and says how much was sealed', async () => {
    stage = await Stage.set('postgres 18', { SECRET_KEY: FIRST });
    const { token } = await stage.admin.createTicket('KEY');
    await untilSealed(stage.server);
    await stage.server.stop();
    const environment = { SECRET_KEY: SECOND, SECRET_KEY_PREVIOUS: FIRST };
    const refused = await besideServer(stage.server, ['rotate-key'], { environment });
    expect([refused.code, refused.errors]).toEqual([
      1,
      expect.stringMatching(/--servers-stopped.*Nothing was touched/),
    ]);
    const done = await besideServer(stage.server, ['rotate-key', '--servers-stopped'], { environment });
    // The token, the secret of the authenticator, the end of the audit trail's chain, and the note of it in instance.json.
    expect(done).toMatchObject({ code: 0, errors: '', out: expect.stringMatching(/^4 values were sealed/) });
    await stage.server.start({ SECRET_KEY: SECOND });
    await expectEverythingWorks(token, { SECRET_KEY: SECOND });
  });

  it('beside a server that was started with both keys it tells when the previous one can go', async () => {
    stage = await Stage.set('sqlite', { SECRET_KEY: FIRST });
    const { token } = await stage.admin.createTicket('KEY');
    const environment = { SECRET_KEY: SECOND, SECRET_KEY_PREVIOUS: FIRST };
    const early = await besideServer(stage.server, ['rotate-key'], { environment });
    expect([early.code, early.errors]).toEqual([1, expect.stringContaining('another running server')]);
    await stage.server.restart(environment);
    const { code, out } = await besideServer(stage.server, ['rotate-key'], { environment });
    expect([code, out]).toEqual([0, expect.stringContaining('SECRET_KEY_PREVIOUS can be removed.')]);
    await stage.server.restart({ SECRET_KEY: SECOND });
    await expectEverythingWorks(token, { SECRET_KEY: SECOND });
  });
});
