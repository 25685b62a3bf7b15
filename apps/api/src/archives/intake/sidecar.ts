import { TICKET_NUMBER } from '../../tickets/ticket.rules.js';
import type { PlatformNames } from '../../tickets/ticket-directory.js';
import type { Archive } from '../archive.entity.js';

/** The first one had the pretty name of the platform in `platform`, and no slug. */
const FORMAT = 2;
const FIRST_FORMAT = 1;

export interface SidecarFacts {
  readonly archive: Archive;
  readonly ticketNumber: string;
  readonly platform: PlatformNames;
}

/** The document beside a blob from which its row could be made again. It holds no secret. */
export function sidecarOf({ archive, ticketNumber, platform }: SidecarFacts): string {
  return `${JSON.stringify(
    {
      format: FORMAT,
      id: archive.id,
      ticket: ticketNumber,
      platform: platform.name,
      platform_pretty_name: platform.prettyName,
      name: archive.name,
      size: archive.sizeBytes,
      sha256: archive.sha256,
      media_type: archive.mediaType,
      uploaded_from: archive.uploadedFrom,
      ...(archive.isCapture ? { capture: true } : {}),
      time_create: new Date(archive.timeCreate).toISOString(),
    },
    undefined,
    2,
  )}\n`;
}

/** What a sidecar says, checked: a file on disk may have been changed by anybody. */
export interface SidecarDocument {
  readonly id: string;
  readonly ticketNumber: string;
  readonly platform: PlatformNames;
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly mediaType: string;
  readonly uploadedFrom: string;
  readonly isCapture: boolean;
  /** Epoch milliseconds. */
  readonly timeCreate: number;
}

const SLUG = /^[A-Za-z0-9_-]{1,50}$/;
const NO_SLUG_CHARACTERS = /[^a-z0-9_-]+/g;
const SHA256 = /^[0-9a-f]{64}$/;

/** Undefined where the text is no sidecar of the blob with this key. */
export function parseSidecar(text: string, key: string): SidecarDocument | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null) return undefined;
  const { id, ticket, name, size, sha256, media_type, uploaded_from, time_create, capture } = given as Record<
    string,
    unknown
  >;
  const platform = platformIn(given as Record<string, unknown>);
  const timeCreate = typeof time_create === 'string' ? Date.parse(time_create) : Number.NaN;
  if (id !== key || !platform || !Number.isFinite(timeCreate)) return undefined;
  if (!isText(ticket, 64) || !TICKET_NUMBER.test(ticket) || !isText(sha256, 64) || !SHA256.test(sha256))
    return undefined;
  if (!isText(name, 255) || !isText(media_type, 255) || !isText(uploaded_from, 64)) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  return {
    ...{ id: key, ticketNumber: ticket, platform, name, sizeBytes: size, sha256 },
    ...{ mediaType: media_type, uploadedFrom: uploaded_from, isCapture: capture === true, timeCreate },
  };
}

function platformIn({ format, platform, platform_pretty_name }: Record<string, unknown>): PlatformNames | undefined {
  if (!isText(platform, 150) || platform === '') return undefined;
  if (format === FIRST_FORMAT) return { name: slugOf(platform), prettyName: platform };
  if (format !== FORMAT || !SLUG.test(platform) || !isText(platform_pretty_name, 150)) return undefined;
  return { name: platform, prettyName: platform_pretty_name };
}

function slugOf(prettyName: string): string {
  return prettyName.toLowerCase().replace(NO_SLUG_CHARACTERS, '-').slice(0, 50);
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}
