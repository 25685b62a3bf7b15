/** Rows of the former application (Django, 0.1.x), as far as they are imported. Ids are its own. */

export interface FormerUser {
  readonly id: number;
  readonly username: string;
  readonly displayName: string;
  readonly isSuperuser: boolean;
  readonly isActive: boolean;
  /** Epoch milliseconds. */
  readonly timeJoined: number;
}

export interface FormerPlatform {
  readonly id: number;
  /** What tickets refer to; any text of up to 20 characters. */
  readonly name: string;
  readonly prettyName: string;
}

export interface FormerTicket {
  readonly id: number;
  readonly number: number;
  readonly platformName: string;
  readonly userId: number;
  readonly resolved: boolean;
  readonly note: string;
  /** As customers were given it: lower-case UUID with hyphens. */
  readonly token: string;
  readonly attempts: number;
  readonly timeCreate: number;
  readonly timeUpdate: number;
}

export interface FormerArchive {
  readonly id: number;
  readonly ticketNumber: number;
  /** Path below the archives folder, `<ticket>/<name>`. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Lower-case hex; empty where it is not known. */
  readonly md5: string;
  readonly timeCreate: number;
}

/** A row as a database driver gives it. SQLite keeps in any column whatever was written, so nothing is taken for granted. */
export type RawRow = Readonly<Record<string, unknown>>;

const TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,6})?(?:\+00(?::?00)?|Z)?$/;
const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/;
const MD5 = /^[0-9a-f]{32}$/;

/** Each of these answers undefined where the row is not what the former application would have written. */
export function parseUser(row: RawRow): FormerUser | undefined {
  const id = integer(row.id);
  const username = text(row.username);
  const timeJoined = time(row.date_joined);
  if (id === undefined || username === undefined || timeJoined === undefined) return undefined;
  const displayName = [text(row.first_name), text(row.last_name)].filter(Boolean).join(' ');
  return { id, username, displayName, timeJoined, isSuperuser: flag(row.is_superuser), isActive: flag(row.is_active) };
}

export function parsePlatform(row: RawRow): FormerPlatform | undefined {
  const id = integer(row.id);
  const name = text(row.name);
  const prettyName = text(row.pretty_name);
  if (id === undefined || name === undefined || prettyName === undefined) return undefined;
  return { id, name, prettyName };
}

export function parseTicket(row: RawRow): FormerTicket | undefined {
  const [id, number, userId, attempts] = [row.id, row.number, row.user_id, row.attempts].map(integer);
  const [platformName, note, token] = [text(row.platform_name), text(row.note), uuid(row.token)];
  const [timeCreate, timeUpdate] = [time(row.time_create), time(row.time_update)];
  if (id === undefined || number === undefined || userId === undefined || attempts === undefined) return undefined;
  if (platformName === undefined || note === undefined || token === undefined) return undefined;
  if (timeCreate === undefined || timeUpdate === undefined) return undefined;
  const resolved = flag(row.resolved);
  return { id, number, platformName, userId, resolved, note, token, attempts, timeCreate, timeUpdate };
}

export function parseArchive(row: RawRow): FormerArchive | undefined {
  const [id, ticketNumber, sizeBytes] = [row.id, row.ticket_number, row.size].map(integer);
  const file = text(row.file);
  const timeCreate = time(row.time_create);
  if (id === undefined || ticketNumber === undefined || sizeBytes === undefined || sizeBytes < 0) return undefined;
  if (!file || timeCreate === undefined) return undefined;
  const md5 = text(row.md5)?.toLowerCase() ?? '';
  return { id, ticketNumber, file, sizeBytes, md5: MD5.test(md5) ? md5 : '', timeCreate };
}

/** PostgreSQL's bigint comes as a text. */
function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** PostgreSQL cannot hold a NUL, so it must not come from a source that can. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : undefined;
}

function flag(value: unknown): boolean {
  return value === true || value === 1;
}

/** Django writes UTC. */
function time(value: unknown): number | undefined {
  const match = typeof value === 'string' ? TIME.exec(value) : null;
  if (!match) return undefined;
  const milliseconds = Date.parse(`${match[1]}T${match[2]}${(match[3] ?? '').slice(0, 4)}Z`);
  return milliseconds >= 0 ? milliseconds : undefined;
}

/** Without hyphens in SQLite. */
function uuid(value: unknown): string | undefined {
  const match = typeof value === 'string' ? UUID.exec(value.toLowerCase()) : null;
  return match ? match.slice(1).join('-') : undefined;
}
