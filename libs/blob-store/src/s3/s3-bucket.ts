import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { unlessAbsent } from './s3-errors.js';

export interface S3Place {
  readonly bucket: string;
  /** Empty, or ends in a slash. */
  readonly prefix: string;
  readonly region?: string;
  /** Of a server other than Amazon's; the bucket is then named in the path. */
  readonly endpoint?: string;
  /** Without them the client looks where Amazon's tools do: shared files, the metadata service, a web identity. */
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

export interface S3Patience {
  readonly connectMs: number;
  /** How long the service may be silent. */
  readonly silenceMs: number;
  /** The same while it puts thousands of parts together, which some do without a word. */
  readonly completionMs: number;
  /** Tries in all, with growing pauses between them. */
  readonly attempts: number;
}

const DEFAULT_PATIENCE: S3Patience = { connectMs: 5_000, silenceMs: 30_000, completionMs: 15 * 60_000, attempts: 4 };
const MAX_SOCKETS = 128;
const PARALLEL_DELETIONS = 8;

export interface ListedObject {
  /** Without the prefix of the place. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Epoch ms. */
  readonly modifiedAt: number;
}

export interface ListedPart {
  readonly number: number;
  readonly sizeBytes: number;
  readonly etag: string;
  /** Epoch ms. */
  readonly modifiedAt: number;
}

/** What names a part when the object is put together. */
export type PartTag = Pick<ListedPart, 'number' | 'etag'>;

export interface OpenMultipart {
  readonly name: string;
  readonly uploadId: string;
  /** Epoch ms. */
  readonly begunAt: number;
}

/** Makes a write conditional: only where nothing is there, or where the object is still the one with this tag. */
export type PutCondition = { readonly ifNoneMatch: '*' } | { readonly ifMatch: string };

/** One bucket below one prefix: the few requests that the store is made of, each with its bytes in memory. */
export class S3Bucket {
  readonly #client: S3Client;
  readonly #patientClient: S3Client;
  readonly #place: S3Place;

  constructor(place: S3Place, patience: S3Patience = DEFAULT_PATIENCE) {
    this.#place = place;
    this.#client = clientOf(place, patience);
    this.#patientClient = clientOf(place, { ...patience, silenceMs: patience.completionMs });
  }

  close(): void {
    this.#client.destroy();
    this.#patientClient.destroy();
  }

  /** Answers the entity tag. */
  async put(name: string, body: Uint8Array | string, condition?: PutCondition): Promise<string> {
    const { ETag = '' } = await this.#client.send(
      new PutObjectCommand({
        ...this.#object(name),
        Body: body,
        ContentLength: typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength,
        ...(condition && 'ifNoneMatch' in condition ? { IfNoneMatch: condition.ifNoneMatch } : {}),
        ...(condition && 'ifMatch' in condition ? { IfMatch: condition.ifMatch } : {}),
      }),
    );
    return ETag;
  }

  async text(name: string): Promise<{ text: string; etag: string } | undefined> {
    return unlessAbsent(
      this.#client.send(new GetObjectCommand(this.#object(name))).then(async ({ Body, ETag = '' }) => ({
        text: (await Body?.transformToString('utf8')) ?? '',
        etag: ETag,
      })),
    );
  }

  /** Bytes from `start` to before `end`, which must not be an empty range. */
  async stream(name: string, start: number, end: number): Promise<Readable> {
    const { Body } = await this.#client.send(
      new GetObjectCommand({ ...this.#object(name), Range: `bytes=${start}-${end - 1}` }),
    );
    return Body as Readable;
  }

  async size(name: string): Promise<number | undefined> {
    const head = await unlessAbsent(this.#client.send(new HeadObjectCommand(this.#object(name))));
    return head?.ContentLength;
  }

  /** In the order of the names' bytes. */
  async *list(prefix: string): AsyncGenerator<ListedObject> {
    for (let token: string | undefined; ; ) {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#place.bucket,
          Prefix: this.#place.prefix + prefix,
          ContinuationToken: token,
        }),
      );
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        yield { name: this.#nameOf(Key), sizeBytes: Size, modifiedAt: LastModified?.getTime() ?? 0 };
      }
      token = page.NextContinuationToken;
      if (!page.IsTruncated || token === undefined) return;
    }
  }

  async listAll(prefix: string): Promise<ListedObject[]> {
    const all: ListedObject[] = [];
    for await (const object of this.list(prefix)) all.push(object);
    return all;
  }

  /** Idempotent. One by one: not every server knows how to delete several at once. */
  async delete(names: readonly string[]): Promise<void> {
    const waiting = [...names];
    const work = async (): Promise<void> => {
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        await unlessAbsent(this.#client.send(new DeleteObjectCommand(this.#object(name))));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_DELETIONS }, work));
  }

  async createMultipart(name: string): Promise<string> {
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(this.#object(name)));
    if (UploadId === undefined) throw new Error('the service began a multipart upload without naming it');
    return UploadId;
  }

  /** Answers the entity tag. A part of that number that is there already is replaced. */
  async uploadPart(name: string, uploadId: string, number: number, body: Uint8Array): Promise<string> {
    const { ETag = '' } = await this.#client.send(
      new UploadPartCommand({
        ...this.#object(name),
        UploadId: uploadId,
        PartNumber: number,
        Body: body,
        ContentLength: body.byteLength,
      }),
    );
    return ETag;
  }

  async listParts(name: string, uploadId: string): Promise<ListedPart[]> {
    const parts: ListedPart[] = [];
    for (let marker: string | undefined; ; ) {
      const page = await this.#client.send(
        new ListPartsCommand({ ...this.#object(name), UploadId: uploadId, PartNumberMarker: marker }),
      );
      for (const { PartNumber = 0, Size = 0, ETag = '', LastModified } of page.Parts ?? []) {
        const modifiedAt = LastModified?.getTime() ?? 0;
        parts.push({ number: PartNumber, sizeBytes: Size, etag: ETag, modifiedAt });
      }
      marker = page.NextPartNumberMarker;
      if (!page.IsTruncated || marker === undefined) return parts;
    }
  }

  async completeMultipart(name: string, uploadId: string, parts: readonly PartTag[]): Promise<void> {
    await this.#patientClient.send(
      new CompleteMultipartUploadCommand({
        ...this.#object(name),
        UploadId: uploadId,
        MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
      }),
    );
  }

  async abortMultipart(name: string, uploadId: string): Promise<void> {
    await this.#client.send(new AbortMultipartUploadCommand({ ...this.#object(name), UploadId: uploadId }));
  }

  async *listMultiparts(prefix: string): AsyncGenerator<OpenMultipart> {
    for (let marker: { KeyMarker?: string; UploadIdMarker?: string } = {}; ; ) {
      const page = await this.#client.send(
        new ListMultipartUploadsCommand({
          Bucket: this.#place.bucket,
          Prefix: this.#place.prefix + prefix,
          ...marker,
        }),
      );
      for (const { Key = '', UploadId = '', Initiated } of page.Uploads ?? []) {
        yield { name: this.#nameOf(Key), uploadId: UploadId, begunAt: Initiated?.getTime() ?? 0 };
      }
      if (!page.IsTruncated) return;
      marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  #object(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#place.bucket, Key: this.#place.prefix + name };
  }

  #nameOf(key: string): string {
    return key.slice(this.#place.prefix.length);
  }
}

function clientOf(place: S3Place, patience: S3Patience): S3Client {
  return new S3Client({
    region: place.region ?? 'us-east-1',
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint, forcePathStyle: true }),
    ...(place.credentials === undefined ? {} : { credentials: place.credentials }),
    maxAttempts: patience.attempts,
    // Every body is covered by the signature's SHA-256 already; more is not understood by every server.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: patience.connectMs,
      socketTimeout: patience.silenceMs,
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
  });
}
