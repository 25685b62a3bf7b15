import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  AuthApp,
  type Confirmed,
  codeOf,
  PASSWORD,
  type Person,
  startAuthApp,
} from '../../../test-support/auth-app.js';
import { databaseKinds } from '../../../test-support/test-databases.js';
import type { InvitedUserView } from '../users/users.dto.js';
import type { OfferedSecretView, RecoveryCodesView } from './two-factor.dto.js';

jest.setTimeout(120_000);

const WRONG = '000000';

describe.each(databaseKinds)('The second factor on %s', (kind) => {
  let test: AuthApp;

  beforeEach(async () => {
    test = await startAuthApp(kind);
  });

  afterEach(() => test.close());

  const call = <T>(method: string, path: string, token: string, body: object = {}) =>
    test.request<T>(method, `/api/v1/auth/2fa${path}`, { token, body });
  const setUp = (token: string, body: object = {}) => call<OfferedSecretView>('POST', '/setup', token, body);
  const confirm = (token: string, otp: string) => call<Confirmed>('POST', '/confirm', token, { otp });
  const isAlive = async (token: string): Promise<boolean> => (await test.get('/api/v1/auth/me', token)).status === 200;

  async function secondLogin(person: Person): Promise<string> {
    const { body } = await test.login(person.username, PASSWORD, test.code(person.secret));
    test.advance(30_000);
    return body.access;
  }

  it('is confirmed once, ends all other sessions and shows its codes once', async () => {
    const first = (await test.setUp()).body.access;
    const other = (await test.login('root-user', PASSWORD)).body.access;
    const offered = (await setUp(first)).body;
    expect((await confirm(other, test.code(offered.secret))).body.code).toBe('no_second_factor_pending');
    const otp = test.code(offered.secret);
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(first, otp)));
    const confirmed = answers.filter(({ status }) => status === 200);
    expect(confirmed).toHaveLength(1);
    expect(new Set(confirmed[0]?.body.recovery_codes).size).toBe(10);
    expect(confirmed[0]?.body.two_factor).toMatchObject({ enrolled: true, may_enrol: false });
    expect([await isAlive(first), await isAlive(other)]).toEqual([true, false]);
    expect((await test.get('/api/v1/users', first)).status).toBe(200);
    expect((await test.login('root-user', PASSWORD, otp)).body.code).toBe('two_factor_required');
  });

  it('is set up only after a login of the last ten minutes, and confirmed within ten', async () => {
    const token = (await test.setUp()).body.access;
    const { secret } = (await setUp(token)).body;
    test.advance(600_001);
    const { body } = await test.login('root-user', PASSWORD);
    expect((await setUp(body.access)).status).toBe(200);
    expect((await confirm(token, test.code(secret))).status).toBe(401);
    test.advance(590_000);
    expect((await confirm(body.access, WRONG)).body.code).toBe('wrong_code');
    const refreshed = await test.refresh(body.refresh);
    test.advance(20_000);
    expect((await setUp(refreshed.body.access)).body.code).toBe('recent_login_required');
    expect((await confirm(refreshed.body.access, WRONG)).body.code).toBe('no_second_factor_pending');
  });

  it('never lets a first password enrol by itself: others need an invitation', async () => {
    const admin = await test.administrator();
    const anna = await test.invite(admin, 'anna', 'staff');
    const removal = { password: PASSWORD, otp: test.code(anna.secret) };
    expect((await call('DELETE', '', anna.token, removal)).status).toBe(204);
    const { body } = await test.login('anna', PASSWORD);
    expect(body.two_factor).toEqual({ enrolled: false, may_enrol: false, verified_at: null });
    expect((await setUp(body.access)).body.code).toBe('enrolment_by_invitation');
    const link = await test.post<InvitedUserView>('/api/v1/users/anna/invitation', {}, admin.token);
    expect((await test.accept(codeOf(link.body), 'anna')).recoveryCodes).toHaveLength(10);
    expect(await isAlive(body.access)).toBe(false);
  });

  it('is replaced or removed with password and a code only', async () => {
    const admin = await test.administrator();
    const anna = await test.invite(admin, 'anna', 'admin');
    const proof = () => ({ password: PASSWORD, otp: test.code(anna.secret) });
    expect((await setUp(anna.token, { otp: test.code(anna.secret) })).body.code).toBe('wrong_password');
    expect((await setUp(anna.token, { password: PASSWORD })).body.code).toBe('wrong_code');
    expect((await call('DELETE', '', anna.token, { ...proof(), password: 'wrong' })).body.code).toBe('wrong_password');
    const offered = await setUp(anna.token, proof());
    expect(offered.status).toBe(200);
    test.advance(30_000);
    expect((await test.login('anna', PASSWORD, test.code(anna.secret))).status).toBe(200);
    const confirmed = await confirm(anna.token, test.code(offered.body.secret));
    expect(confirmed.status).toBe(200);
    test.advance(30_000);
    expect((await test.login('anna', PASSWORD, test.code(anna.secret))).body.code).toBe('two_factor_required');
    expect((await test.login('anna', PASSWORD, anna.recoveryCodes[0])).body.code).toBe('two_factor_required');
    expect((await test.login('anna', PASSWORD, test.code(offered.body.secret))).status).toBe(200);
  });

  it('stays with the last administrator who has one', async () => {
    const admin = await test.administrator();
    const removal = { password: PASSWORD, otp: test.code(admin.secret) };
    expect((await call('DELETE', '', admin.token, removal)).body.code).toBe('last_administrator');
    expect((await test.get('/api/v1/users', admin.token)).status).toBe(200);
  });

  it('gives new recovery codes for password and code, and the old ones stop', async () => {
    const admin = await test.administrator();
    const proof = { password: PASSWORD, otp: test.code(admin.secret) };
    const { body } = await call<RecoveryCodesView>('POST', '/recovery-codes', admin.token, proof);
    expect(new Set([...body.recovery_codes, ...admin.recoveryCodes]).size).toBe(20);
    expect((await call('POST', '/verify', admin.token, { otp: admin.recoveryCodes[0] })).body.code).toBe('wrong_code');
    expect((await call('POST', '/verify', admin.token, { otp: body.recovery_codes[0] })).status).toBe(200);
  });

  it('proves itself once per step in a session too, when twenty bring a code at the same time', async () => {
    const admin = await test.administrator();
    const sessions = [admin.token, await secondLogin(admin), await secondLogin(admin), await secondLogin(admin)];
    const otp = test.code(admin.secret);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => call('POST', '/verify', sessions[index % 4] ?? '', { otp })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('ends the login at the fifth wrong code, and tells how many tries are left before', async () => {
    const admin = await test.administrator();
    const left: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { body } = await call('POST', '/verify', admin.token, { otp: WRONG });
      left.push(body.tries_left ?? body.code);
    }
    expect(left).toEqual([4, 3, 2, 1, 'invalid_token']);
    expect(await isAlive(admin.token)).toBe(false);
  });

  it('forgets wrong codes after a right one', async () => {
    const admin = await test.administrator();
    for (let count = 0; count < 4; count += 1) await call('POST', '/verify', admin.token, { otp: WRONG });
    expect((await call('POST', '/verify', admin.token, { otp: test.code(admin.secret) })).status).toBe(200);
    for (let count = 0; count < 4; count += 1) await call('POST', '/verify', admin.token, { otp: WRONG });
    expect(await isAlive(admin.token)).toBe(true);
  });

  it('looks at no more than ten wrong codes an hour for one account, over all of its logins', async () => {
    const admin = await test.administrator();
    const sessions = [admin.token, await secondLogin(admin), await secondLogin(admin)];
    const answers: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      const { status } = await call('POST', '/verify', sessions[Math.floor(count / 4)] ?? '', { otp: WRONG });
      answers.push(status);
    }
    expect(answers).toEqual([...Array(10).fill(403), 429, 429]);
    expect((await call('POST', '/verify', sessions[2] ?? '', { otp: test.code(admin.secret) })).status).toBe(429);
    expect((await call('POST', '/verify', sessions[2] ?? '', { otp: admin.recoveryCodes[0] })).status).toBe(200);
  });
});
