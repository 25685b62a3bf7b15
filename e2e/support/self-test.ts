import type { Admin } from './staff.js';

interface SelfTest {
  readonly public_url: string;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly detail: string }[];
}

/** What the self-test finds, as `status: detail` by the name of the check. */
export async function runSelfTest(admin: Admin): Promise<Record<string, string>> {
  const { checks } = await admin.expect<SelfTest>(200, 'POST', '/api/v1/self-test');
  return Object.fromEntries(checks.map(({ name, status, detail }) => [name, `${status}: ${detail}`]));
}
