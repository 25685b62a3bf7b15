import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { Injectable } from '@nestjs/common';
import type { Archive } from '../archive.entity.js';

/** Compares bytes that arrive with an archive: read and hashed, kept nowhere. */
@Injectable()
export class ContentComparison {
  constructor(private readonly digests: DigestPool) {}

  /** Reads no further than the first byte that the archive does not have. */
  async isContentOf(
    archive: Pick<Archive, 'sizeBytes' | 'sha256'>,
    content: AsyncIterable<Uint8Array>,
  ): Promise<boolean> {
    const digest = this.digests.create('sha256');
    try {
      for await (const chunk of content) {
        await digest.update(chunk);
        if (digest.bytes > archive.sizeBytes) return false;
      }
      return digest.bytes === archive.sizeBytes && (await digest.finish()) === archive.sha256;
    } finally {
      digest.dispose();
    }
  }
}
