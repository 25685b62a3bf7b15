import { createCipheriv } from 'node:crypto';
import { Person } from './people.ts';
import type { ApiUser, TicketReply } from './staff.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

const PLATFORMS = [
  ['vmmanager-6', 'VMmanager 6'],
  ['dcimanager-6', 'DCImanager 6'],
  ['billmanager-6', 'BILLmanager 6'],
  ['dnsmanager', 'DNSmanager'],
] as const;

const NOTE = `## The cluster does not come back after the upgrade

Began with **6.38.1**; two of five nodes answer \`503\`.

1. asked for \`journalctl -u vm-agent\` of both nodes
2. the customer restarts *node-4* at 18:00
3. waiting for the core dump

> node-3: 503 since 14:20
> node-4: 503 since 14:22

See [the release notes](https://docs.example/6.38).`;

interface Case {
  readonly number: string;
  readonly platform: string;
  readonly by: 'anna' | 'oleg';
  readonly note?: string;
  readonly files?: Readonly<Record<string, number>>;
  readonly isResolved?: boolean;
  readonly attempts?: number;
}

const CASES: readonly Case[] = [
  { number: '1203942', platform: 'billmanager-6', by: 'oleg', files: { 'billmgr.log': 310 * KIB }, isResolved: true },
  { number: '1203966', platform: 'dnsmanager', by: 'anna', files: { 'named.run.gz': 96 * KIB }, isResolved: true },
  {
    number: 'DC-77',
    platform: 'dcimanager-6',
    by: 'oleg',
    note: 'IPMI of rack 4 is silent since the firmware update.',
  },
  { number: 'SUP-1466', platform: 'vmmanager-6', by: 'anna', files: { 'qemu.log.1': 2 * MIB, 'qemu.log': 740 * KIB } },
  { number: 'SUP-1470', platform: 'dnsmanager', by: 'oleg', note: 'Zone transfers stop at night.', attempts: 0 },
  { number: 'SUP-1471', platform: 'billmanager-6', by: 'oleg', files: { 'payments-2026-11.csv.zst': 5 * MIB } },
  { number: 'SUP-1475', platform: 'dcimanager-6', by: 'anna', note: 'Wrong power readings in the second data centre.' },
  {
    number: '1203981',
    platform: 'billmanager-6',
    by: 'anna',
    files: { 'nginx-error.log': 1.4 * MIB },
    isResolved: true,
  },
  { number: 'SUP-1479', platform: 'dcimanager-6', by: 'oleg' },
  {
    number: 'SUP-1482',
    platform: 'vmmanager-6',
    by: 'anna',
    note: NOTE,
    files: { 'journal.log': 3.2 * MIB, 'bundle.tar.gz': 18 * MIB, 'vm-agent.core.zst': 9 * MIB },
  },
];

export interface SampleWorld {
  /** The ticket that has everything: a note, archives, an upload under way. */
  readonly fullTicket: string;
  readonly uploadLinks: Readonly<Record<'open' | 'resolved' | 'exhausted' | 'revoked', string>>;
  /** Behind # in the link of an invitation that nobody has accepted. */
  readonly invitationLink: string;
}

/** Fills an installation through its public interface with what a week of work leaves there. */
export async function fillSampleWorld(admin: ApiUser): Promise<SampleWorld> {
  for (const [name, prettyName] of PLATFORMS) await ensurePlatform(admin, name, prettyName);
  const people = {
    anna: await Person.invited(admin, 'anna', 'staff'),
    oleg: await Person.invited(admin, 'oleg', 'staff'),
  };
  await Person.invited(admin, 'marina', 'viewer');
  const pending = await admin.expect<{ invitation: { url: string } }>(201, 'POST', '/api/v1/users', {
    username: 'pavel',
    role: 'staff',
  });
  const tokens = new Map<string, string>();
  for (const one of CASES) tokens.set(one.number, await openCase(people[one.by], one));
  await people.anna.makeApiKey(['read']);
  await beginUpload(admin, tokens.get('SUP-1482') ?? '', 'node-4-core.tar', 24 * MIB, 15 * MIB);
  const link = (number: string) => `/u#${tokens.get(number) ?? ''}`;
  return {
    fullTicket: 'SUP-1482',
    uploadLinks: {
      open: link('SUP-1479'),
      resolved: link('1203981'),
      exhausted: link('SUP-1470'),
      revoked: `/u#${await revokedToken(people.anna, 'SUP-1482')}`,
    },
    invitationLink: new URL(pending.invitation.url).pathname + new URL(pending.invitation.url).hash,
  };
}

async function ensurePlatform(admin: ApiUser, name: string, prettyName: string): Promise<void> {
  const made = await admin.request('POST', '/api/v1/platforms', { name, pretty_name: prettyName });
  if (made.status !== 201) await admin.expect(200, 'PATCH', `/api/v1/platforms/${name}`, { pretty_name: prettyName });
}

async function openCase(person: Person, one: Case): Promise<string> {
  const { number, platform, note, attempts } = one;
  const ticket = await person.expect<TicketReply>(201, 'POST', '/api/v1/tickets', { number, platform, note });
  for (const [name, size] of Object.entries(one.files ?? {})) await putFile(person, ticket.token, name, size);
  if (one.isResolved) await person.expect(200, 'PATCH', `/api/v1/tickets/${number}`, { resolved: true });
  if (attempts !== undefined) {
    const [token] = await person.expect<{ id: string }[]>(200, 'GET', `/api/v1/tickets/${number}/tokens`);
    await person.expect(200, 'PATCH', `/api/v1/tokens/${token?.id}`, { attempts });
  }
  return ticket.token;
}

async function putFile(person: ApiUser, token: string, name: string, size: number): Promise<void> {
  const reply = await fetch(`${person.server.url}/api/v1/archives/${encodeURIComponent(name)}`, {
    method: 'PUT',
    headers: { 'Upload-Token': token },
    body: noise(Math.round(size), name),
  });
  if (reply.status !== 201) throw new Error(`${name}: ${reply.status} ${await reply.text()}`);
}

/** An upload that stands still at `sent` of `size` bytes. */
async function beginUpload(person: ApiUser, token: string, name: string, size: number, sent: number): Promise<void> {
  const common = { 'Tus-Resumable': '1.0.0', 'Upload-Token': token };
  const created = await fetch(`${person.server.url}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...common, 'Upload-Length': String(size), 'Upload-Metadata': `filename ${btoa(name)}` },
  });
  const reply = await fetch(`${person.server.url}${created.headers.get('location')}`, {
    method: 'PATCH',
    headers: { ...common, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' },
    body: noise(sent, name),
  });
  if (reply.status !== 204) throw new Error(`${name}: ${reply.status} ${await reply.text()}`);
}

async function revokedToken(person: ApiUser, number: string): Promise<string> {
  const path = `/api/v1/tickets/${number}/tokens`;
  const made = await person.expect<{ id: string; token: string }>(201, 'POST', path, { label: 'second node' });
  await person.expect(204, 'DELETE', `/api/v1/tokens/${made.id}`);
  return made.token;
}

/** The same bytes in every run, other ones for every name. */
function noise(length: number, name: string): Buffer<ArrayBuffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.from(name.padEnd(16).slice(0, 16), 'latin1'), Buffer.alloc(16));
  return Buffer.from(cipher.update(Buffer.alloc(length)));
}
