import type { Readable } from 'node:stream';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE } from '../storage/blob-store.token.js';
import { archiveErrors } from './archives.errors.js';
import { ArchivesRepository } from './archives.repository.js';

/** An archive whose bytes can be read. */
export interface ReadableArchive {
  readonly id: string;
  readonly ticketId: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly timeCreate: number;
  /** From that byte on. The caller destroys the stream to stop early. */
  read(start: number): Readable;
}

/** The bytes of archives for other modules: without an access check, which is theirs to make. */
@Injectable()
export class ArchiveBytes {
  constructor(
    private readonly archives: ArchivesRepository,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
  ) {}

  /** 404 where it is not there or is being deleted; 410 and 409 where its bytes are lost or damaged. */
  async open(id: string): Promise<ReadableArchive> {
    const archive = await this.archives.findVisible(id);
    if (!archive) throw archiveErrors.notFound();
    const { ticketId, name, sizeBytes, timeCreate, blobKey } = archive;
    if (archive.state === 'missing') throw archiveErrors.bytesMissing();
    if (archive.state === 'corrupt') throw archiveErrors.corrupt();
    return { id, ticketId, name, sizeBytes, timeCreate, read: (start) => this.store.read(blobKey, { start }) };
  }
}
