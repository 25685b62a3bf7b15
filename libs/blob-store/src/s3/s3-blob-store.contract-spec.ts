import { afterAll, beforeAll, describe } from '@jest/globals';
import { hasS3Server } from '../../../../scripts/s3-server.mjs';
import { S3Server } from '../../../../scripts/test-support/s3-server.js';
import { describeBlobStore } from '../blob-store.contract.js';
import { S3BlobStore } from './s3-blob-store.js';

const GIB = 1024 ** 3;

(hasS3Server() ? describe : describe.skip)('On a real S3 server', () => {
  let server: S3Server;
  let number = 0;

  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterAll(() => server.dispose());

  describeBlobStore('S3BlobStore', {
    async make({ now }) {
      number += 1;
      const { bucket, endpoint, credentials } = server;
      const place = { bucket, endpoint, credentials, prefix: `test-${number}/` };
      const open = () => S3BlobStore.open({ place, maxBlobBytes: GIB, now });
      const [store, elsewhere] = [await open(), await open()];
      const dispose = async () => {
        for (const one of [store, elsewhere]) one.close();
      };
      return { store, elsewhere, dispose };
    },
  });
});
