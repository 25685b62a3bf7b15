import { ApiProperty } from '@nestjs/swagger';

/** What the timeline tells; everything else of the trail is for administrators. */
export const TIMELINE_ACTIONS = [
  ...['ticket.created', 'ticket.changed', 'ticket.resolved', 'ticket.reopened'],
  ...['token.created', 'token.changed', 'token.revoked'],
  ...['upload.started', 'upload.interrupted'],
  ...['archive.received', 'archive.downloaded', 'archive.deleted'],
  ...['archive.missing', 'archive.corrupt', 'archive.stored'],
  ...['capture.started', 'capture.stopped', 'capture.cancelled', 'capture.ended'],
  ...['replay.started', 'replay.cancelled', 'replay.ended'],
] as const;
export type TimelineAction = (typeof TIMELINE_ACTIONS)[number];

/** How a capture came to its end (its time, its size, somebody, a fault), or what became of a replay. */
export const TIMELINE_OUTCOMES = ['time', 'size', 'staff', 'fault', 'done', 'failed'] as const;
export type TimelineOutcome = (typeof TIMELINE_OUTCOMES)[number];

export class TimelineEntryView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it happened.' })
  time!: string;

  @ApiProperty({ type: 'string', enum: TIMELINE_ACTIONS, example: 'archive.downloaded', description: 'What was done.' })
  action!: TimelineAction;

  @ApiProperty({ type: 'string', enum: ['staff', 'customer', 'system'], example: 'staff', description: 'Who did it.' })
  actor_kind!: 'staff' | 'customer' | 'system';

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'anna',
    description: "User name, or the label of a customer's upload token.",
  })
  actor_name!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'bundle.tar.gz',
    description: 'Name of the archive or upload, label of the upload token, or the app or site that is captured.',
  })
  name!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1_932_735_283,
    description: 'Bytes of the archive, announced of the upload, or of the text that was captured.',
  })
  size!: number | null;

  @ApiProperty({
    type: 'string',
    enum: TIMELINE_OUTCOMES,
    nullable: true,
    description: 'What ended a capture, or what became of a replay.',
  })
  outcome!: TimelineOutcome | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'There is not enough space. The archive ends there.',
    description: 'What went wrong with a capture or a replay.',
  })
  reason!: string | null;
}
