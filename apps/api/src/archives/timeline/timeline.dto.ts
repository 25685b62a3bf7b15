import { ApiProperty } from '@nestjs/swagger';

/** What the timeline tells; everything else of the trail is for administrators. */
export const TIMELINE_ACTIONS = [
  ...['ticket.created', 'ticket.changed', 'ticket.resolved', 'ticket.reopened'],
  ...['token.created', 'token.changed', 'token.revoked'],
  ...['upload.started', 'upload.interrupted'],
  ...['archive.received', 'archive.downloaded', 'archive.deleted'],
  ...['archive.missing', 'archive.corrupt', 'archive.stored'],
] as const;
export type TimelineAction = (typeof TIMELINE_ACTIONS)[number];

export class TimelineEntryView {
  @ApiProperty({ type: 'string', example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11' })
  id!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  time!: string;

  @ApiProperty({ type: 'string', enum: TIMELINE_ACTIONS, example: 'archive.downloaded' })
  action!: TimelineAction;

  @ApiProperty({ type: 'string', enum: ['staff', 'customer', 'system'], example: 'staff' })
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
    description: 'Name of the archive or upload, or label of the upload token.',
  })
  name!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1_932_735_283,
    description: 'Bytes of the archive, or announced of the upload.',
  })
  size!: number | null;
}
