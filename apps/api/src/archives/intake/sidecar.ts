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
