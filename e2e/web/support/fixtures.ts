import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { generate } from 'otplib';
import { Person, type Role } from '../../support/people.js';
import { TestServer } from '../../support/server.js';
import { Admin } from '../../support/staff.js';
import { SampleFiles } from './files.js';
import { type Hands, type HandsKind, handsFor } from './hands.js';
import { PageWatch } from './page-watch.js';
import { Words } from './words.js';

/** For how long a second factor counts as fresh, less a margin. */
const FRESH_MS = 4 * 60_000;

/** A running server with its first administrator and one platform. */
export class House {
  /** Of this worker, for what they have to say when a test fails. */
  static readonly opened: House[] = [];
  private lastLogin = Date.now();
  private people = 0;

  private constructor(
    readonly server: TestServer,
    readonly admin: Admin,
  ) {}

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<House> {
    const server = await TestServer.start(environment);
    const admin = await Admin.enrolled(server);
    await admin.createPlatform();
    const house = new House(server, admin);
    House.opened.push(house);
    return house;
  }

  /** Somebody new, so that no test ends the session of another. */
  async invite(role: Role = 'staff'): Promise<Person> {
    await this.refresh();
    this.people += 1;
    return Person.invited(this.admin, `${role}-${this.people}`, role);
  }

  /** The administrator's login, renewed before it or its second factor is stale. */
  async refresh(): Promise<Admin> {
    if (Date.now() - this.lastLogin > FRESH_MS) {
      await this.admin.logInAgain();
      this.lastLogin = Date.now();
    }
    return this.admin;
  }

  /** Logs `person` in as the page does; all pages of the context share the cookies. */
  async logIn(context: BrowserContext, person: Person, url = this.server.url): Promise<void> {
    const reply = await context.request.post(`${url}/api/v1/auth/token?cookie=1`, {
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      data: { username: person.username, password: person.password, otp: person.spareCode() },
    });
    expect(reply.status(), await reply.text()).toBe(200);
  }
}

/** The code that the authenticator of somebody with this secret shows now. */
export function codeFor(secret: string): Promise<string> {
  return generate({ secret });
}

interface Fixtures {
  readonly watch: PageWatch;
  /** Somebody with a second factor and a role, logged in in this test's browser. */
  readonly staff: Person;
  readonly role: Role;
  readonly handsKind: HandsKind;
  readonly hands: Hands;
  /** In the language of this test's browser. */
  readonly words: Words;
  readonly files: SampleFiles;
  /** A second person's browser, with no login and nothing remembered. */
  readonly customerPage: Page;
  readonly customerHands: Hands;
}

export const test = base.extend<Fixtures, { house: House }>({
  house: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the braces.
    async ({}, use) => {
      const house = await House.open();
      await use(house);
      await house.server.dispose();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  role: ['staff', { option: true }],
  handsKind: ['mouse', { option: true }],
  hands: async ({ page, handsKind }, use) => use(handsFor(page, handsKind)),
  words: async ({ locale }, use) => use(new Words(locale?.startsWith('ru') ? 'ru' : 'en')),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the braces.
  files: async ({}, use) => {
    const files = new SampleFiles();
    await use(files);
    files.remove();
  },
  watch: [
    async ({ context }, use, testInfo) => {
      const watch = await PageWatch.begin(context);
      await use(watch);
      if (testInfo.errors.length > 0) {
        for (const { server } of House.opened) await testInfo.attach('server.log', { body: server.output });
      }
      watch.end();
    },
    { auto: true },
  ],
  customerPage: async ({ browser }, use) => {
    // The options of the test (language, size, colours) hold for every context.
    const context = await browser.newContext();
    const watch = await PageWatch.begin(context);
    await use(await context.newPage());
    await context.close();
    watch.end();
  },
  customerHands: async ({ customerPage, handsKind }, use) => use(handsFor(customerPage, handsKind)),
  baseURL: async ({ house }, use) => use(house.server.url),
  staff: async ({ house, context, role }, use) => {
    const person = await house.invite(role);
    await house.logIn(context, person);
    await use(person);
  },
});
