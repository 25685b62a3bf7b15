import { describe, expect, it } from '@jest/globals';
import { parseArchive, parseTicket, parseUser } from './former-rows.js';
import { importedId } from './imported-id.js';
import { attemptsOf, numberOf, roleOf, slugOf } from './mapping.rules.js';

const ticketRow = {
  ...{ id: 7, number: 1001, platform_name: 'vm6', user_id: 1, resolved: 0, note: 'a note', attempts: 5 },
  ...{ token: '0c2d1f7e5a4b4c3d9e8f7a6b5c4d3e2f' },
  ...{ time_create: '2023-10-05 12:30:00.123456', time_update: '2023-10-05 12:30:00' },
};

describe('A row of the former application', () => {
  it('is read alike from SQLite and from PostgreSQL', () => {
    const fromPostgres = {
      ...ticketRow,
      ...{ id: '7', user_id: '1', resolved: false, token: '0c2d1f7e-5a4b-4c3d-9e8f-7a6b5c4d3e2f' },
      ...{ time_update: '2023-10-05 12:30:00.000000' },
    };
    expect(parseTicket(fromPostgres)).toEqual(parseTicket(ticketRow));
    expect(parseTicket(ticketRow)).toMatchObject({
      ...{ token: '0c2d1f7e-5a4b-4c3d-9e8f-7a6b5c4d3e2f', resolved: false },
      ...{ timeCreate: Date.UTC(2023, 9, 5, 12, 30, 0, 123), timeUpdate: Date.UTC(2023, 9, 5, 12, 30) },
    });
  });

  it.each([
    ['a time of another form', { time_create: '05.10.2023' }],
    ['a token that is no UUID', { token: 'open sesame' }],
    ['a number that is a text', { number: 'SUP-1' }],
    ['nothing where the note is', { note: null }],
  ])('with %s is not taken', (_what, change) => {
    expect(parseTicket({ ...ticketRow, ...change })).toBeUndefined();
  });

  it('keeps no NUL, which PostgreSQL could not hold', () => {
    expect(parseTicket({ ...ticketRow, note: 'a\0b' })?.note).toBe('ab');
  });

  it('of an archive without a whole MD5 is compared by size alone', () => {
    const row = { id: 1, ticket_number: 1, file: '1/a', size: 3, md5: '', time_create: '2023-10-05 12:30:00' };
    expect(parseArchive(row)?.md5).toBe('');
    expect(parseArchive({ ...row, md5: 'D41D8CD98F00B204E9800998ECF8427E' })?.md5).toBe(
      'd41d8cd98f00b204e9800998ecf8427e',
    );
    expect(parseArchive({ ...row, size: -1 })).toBeUndefined();
  });

  it('of a superuser makes an administrator, any other staff', () => {
    const row = { id: 1, username: 'anna', first_name: '', last_name: 'Neil', date_joined: '2023-10-05 12:30:00' };
    const roles = [1, true, 0, false].map((is_superuser) => {
      const user = parseUser({ ...row, is_superuser, is_active: 1 });
      return user && roleOf(user);
    });
    expect(roles).toEqual(['admin', 'admin', 'staff', 'staff']);
  });
});

describe('A platform', () => {
  const nobody = (): boolean => false;

  it.each([
    ['vm6', 'vm6'],
    ['My_Product-6', 'My_Product-6'],
    ['my dci/6', 'my-dci-6'],
    ['ВМ', 'platform'],
  ])('%j is called %j', (name, slug) => {
    expect(slugOf({ id: 3, name, prettyName: '' }, nobody)).toBe(slug);
  });

  it('whose name is taken gets its former id behind it', () => {
    expect(slugOf({ id: 3, name: 'my dci', prettyName: '' }, (slug) => slug === 'my-dci')).toBe('my-dci-3');
  });
});

describe('A ticket', () => {
  it('keeps its number, unless it is negative', () => {
    expect([numberOf({ number: 1001 }), numberOf({ number: -5 })]).toEqual(['1001', undefined]);
  });

  it('keeps its attempts within what is possible here', () => {
    const former = parseTicket(ticketRow);
    expect([-1, 0, 5, 1000].map((attempts) => former && attemptsOf({ ...former, attempts }))).toEqual([0, 0, 5, 100]);
  });
});

describe('The id of what is imported', () => {
  it('is always the same for the same row, and begins with its time', () => {
    const time = Date.UTC(2023, 9, 5);
    const id = importedId('ticket', time, [1001]);
    expect(id).toBe(importedId('ticket', time, [1001]));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(time);
  });

  it('is another one for another row or kind', () => {
    const ids = [importedId('ticket', 0, [1, 2]), importedId('ticket', 0, ['1', 2]), importedId('ticket', 0, [12])];
    expect(new Set([...ids, importedId('archive', 0, [1, 2])]).size).toBe(4);
  });
});
