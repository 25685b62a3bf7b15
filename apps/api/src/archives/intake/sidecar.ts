import { TICKET_NUMBER } from '../../tickets/ticket.rules.js';
import type { Archive } from '../archive.entity.js';

export interface SidecarFacts {
  readonly archive: Archive;
  readonly ticketNumber: string;
  readonly platform: string;
}

/** The document beside a blob from which its row could be made again. It holds no secret. */
export function sidecarOf({ archive, ticketNumber, platform }: SidecarFacts): string {
  return `${JSON.stringify(
    {
      format: 1,
      id: archive.id,
      ticket: ticketNumber,
      platform,
      name: archive.name,
      size: archive.sizeBytes,
      sha256: archive.sha256,
      media_type: archive.mediaType,
      uploaded_from: archive.uploadedFrom,
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
  readonly platform: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly mediaType: string;
  readonly uploadedFrom: string;
  /** Epoch milliseconds. */
  readonly timeCreate: number;
}

const SLUG = /^[A-Za-z0-9_-]{1,50}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Undefined where the text is no sidecar of the blob with this key. */
export function parseSidecar(text: string, key: string): SidecarDocument | undefined {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { id, ticket, platform, name, size, sha256, media_type, uploaded_from, time_create } = given;
  const timeCreate = Date.parse(String(time_create));
  const isValid =
    given.format === 1 &&
    id === key &&
    typeof ticket === 'string' &&
    TICKET_NUMBER.test(ticket) &&
    typeof platform === 'string' &&
    SLUG.test(platform) &&
    isText(name, 255) &&
    Number.isSafeInteger(size) &&
    typeof sha256 === 'string' &&
    SHA256.test(sha256) &&
    isText(media_type, 255) &&
    isText(uploaded_from, 64) &&
    Number.isFinite(timeCreate);
  if (!isValid) return undefined;
  return {
    ...{ id: key, ticketNumber: ticket, platform, sizeBytes: Number(size), sha256, timeCreate },
    ...{ name: String(name), mediaType: String(media_type), uploadedFrom: String(uploaded_from) },
  };
}

function isText(value: unknown, maxLength: number): boolean {
  return typeof value === 'string' && value.length <= maxLength;
}
