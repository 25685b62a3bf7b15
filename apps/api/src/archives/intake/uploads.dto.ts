import { ApiProperty } from '@nestjs/swagger';
import type { UploadDoor } from './upload.entity.js';

/** What a customer gets when a file is stored. */
export class ReceiptView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', format: 'uri', description: 'Where staff download it.' })
  file!: string;

  @ApiProperty({ type: 'string', example: 'SUP-1482', description: 'Number of the ticket.' })
  ticket!: string;

  @ApiProperty({ type: 'string', example: 'bundle.tar.gz', description: 'File name, as the customer sent it.' })
  name!: string;

  @ApiProperty({ type: 'integer', example: 1_932_735_283, description: 'Bytes.' })
  size!: number;

  @ApiProperty({
    type: 'string',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: 'Of the stored bytes, in hexadecimal digits.',
  })
  sha256!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was stored.' })
  time_create!: string;

  @ApiProperty({
    type: 'string',
    description: 'The same, signed (compact JWS, EdDSA); the keys are at /api/v1/receipt-key.',
  })
  receipt!: string;
}

/** An upload under way. */
export class UploadView {
  @ApiProperty({
    type: 'string',
    example: '5f9f3e8a4a115f9f3e8a4a115f9f3e8a',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({
    type: 'string',
    enum: ['receiving', 'finishing'],
    description: '`finishing`: everything is there and is being put away.',
  })
  state!: 'receiving' | 'finishing';

  @ApiProperty({ type: 'string', example: 'bundle.tar.gz', description: 'File name, as the customer sent it.' })
  name!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Bytes in all; null while the client does not know.' })
  size!: number | null;

  @ApiProperty({ type: 'integer', description: 'Bytes that are kept whatever happens.' })
  offset!: number;

  @ApiProperty({ type: 'string', enum: ['tus', 'put', 'multipart', 'capture'], description: 'How it comes.' })
  door!: UploadDoor;

  @ApiProperty({ type: 'string', example: '203.0.113.7', description: "The customer's address." })
  uploaded_from!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it began.' })
  time_create!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When its last bytes came.' })
  time_update!: string;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    description: 'When its bytes are thrown away, unless it is finished before.',
  })
  expires_at!: string;
}
