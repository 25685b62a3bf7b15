import { Injectable } from '@nestjs/common';
import { TicketDirectory } from '../../tickets/ticket-directory.js';
import type { Archive } from '../archive.entity.js';
import { Receipts } from './receipts.js';
import type { Upload } from './upload.entity.js';
import type { ReceiptView, UploadView } from './uploads.dto.js';

/** How uploads and what became of them look to customers and staff. */
@Injectable()
export class UploadViews {
  constructor(
    private readonly tickets: TicketDirectory,
    private readonly receipts: Receipts,
  ) {}

  /** What a customer gets when a file is stored. `address` is the public address. */
  async receipt(archive: Archive, address: string): Promise<ReceiptView> {
    const ticket = (await this.tickets.describe([archive.ticketId])).get(archive.ticketId);
    const number = ticket?.number ?? '';
    return {
      id: archive.id,
      file: `${address}/api/v1/archives/${archive.id}/download`,
      ticket: number,
      name: archive.name,
      size: archive.sizeBytes,
      sha256: archive.sha256,
      time_create: new Date(archive.timeCreate).toISOString(),
      receipt: this.receipts.sign(archive, number),
    };
  }

  progress(upload: Upload): UploadView {
    return {
      id: upload.id,
      state: upload.state === 'finishing' ? 'finishing' : 'receiving',
      name: upload.name,
      size: upload.declaredBytes,
      offset: upload.durableBytes,
      door: upload.door,
      uploaded_from: upload.address,
      time_create: new Date(upload.timeCreate).toISOString(),
      time_update: new Date(upload.timeUpdate).toISOString(),
      expires_at: new Date(upload.expiresAt).toISOString(),
    };
  }
}
