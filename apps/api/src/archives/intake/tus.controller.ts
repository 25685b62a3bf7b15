import {
  Controller,
  Delete,
  Get,
  Head,
  Headers,
  HttpCode,
  Inject,
  Options,
  Param,
  Patch,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  type ApiHeaderOptions,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { commonErrors } from '../../common/errors/common.errors.js';
import { ApiProblems, ApiPublic, ApiUploadToken } from '../../common/http/api-docs.js';
import { RAW_BODY } from '../../common/http/body-parsing.js';
import { IgnoresCredentials } from '../../common/http/ignores-credentials.decorator.js';
import { PublicUrl } from '../../common/http/public-url.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { DOOR_PROBLEMS, TUS_PROBLEMS } from './door-problems.js';
import { digestField } from './intake.rules.js';
import { TusService, type TusState } from './tus.service.js';
import {
  overriddenMethod,
  TUS_CHECKSUM_ALGORITHMS,
  TUS_CONTENT_TYPE,
  TUS_EXTENSIONS,
  TUS_VERSION,
} from './tus-protocol.js';
import { UploadViews } from './upload-views.js';
import { ReceiptView, UploadView } from './uploads.dto.js';

const PATH = '/api/v1/uploads';
const UPLOAD_PARAM = { name: 'id', description: 'The last part of the Location that the creation answered.' } as const;
const TUS_RESUMABLE: ApiHeaderOptions = {
  name: 'Tus-Resumable',
  required: true,
  enum: [TUS_VERSION],
  description: 'Version of tus.',
};

/** The door for uploads that can be continued: tus 1.0.0 (https://tus.io/protocols/resumable-upload). */
@ApiTags('customers')
@ApiUploadToken()
@ApiProblems(...DOOR_PROBLEMS, ...TUS_PROBLEMS)
@ApiExtraModels(UploadView, ReceiptView)
@IgnoresCredentials()
@Controller('api/v1/uploads')
export class TusController {
  constructor(
    private readonly tus: TusService,
    private readonly views: UploadViews,
    private readonly publicUrl: PublicUrl,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Options()
  @ApiPublic()
  @HttpCode(204)
  @ApiOperation({ summary: 'What this door understands' })
  @ApiResponse({ status: 204, description: 'Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm.' })
  options(@Res({ passthrough: true }) reply: FastifyReply): void {
    reply.headers({
      'Tus-Resumable': TUS_VERSION,
      'Tus-Version': TUS_VERSION,
      'Tus-Extension': TUS_EXTENSIONS,
      'Tus-Max-Size': String(this.settings.MAX_UPLOAD_BYTES),
      'Tus-Checksum-Algorithm': TUS_CHECKSUM_ALGORITHMS,
      'Upload-Limit': `max-size=${this.settings.MAX_UPLOAD_BYTES}`,
    });
  }

  @Post()
  @RouteConfig(RAW_BODY)
  @ApiOperation({
    summary: 'Begin an upload',
    description: 'With an Upload-Key that is known, finds the same upload again; 422 where it was for another file.',
  })
  @ApiConsumes(TUS_CONTENT_TYPE)
  @ApiHeader(TUS_RESUMABLE)
  @ApiHeader({ name: 'Upload-Length', required: false, description: 'Bytes in all.' })
  @ApiHeader({ name: 'Upload-Defer-Length', required: false, description: '1 where the length is not known yet.' })
  @ApiHeader({
    name: 'Upload-Metadata',
    required: false,
    description: '`filename`, `filetype`, `sha256`, each with its value in base64.',
  })
  @ApiHeader({
    name: 'Upload-Key',
    required: false,
    description: 'A secret of your making that finds the same upload again.',
  })
  @ApiResponse({ status: 201, description: 'Location is the path of the upload.' })
  async create(
    @Headers('upload-token') token: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    markVersion(reply);
    const state = await this.tus.create(token, request);
    reply.code(201).header('Location', `${PATH}/${state.upload.id}`);
    this.describe(state, reply);
  }

  /** For clients behind proxies that know no PATCH: the method that is meant comes in a header. */
  @Post(':id')
  @ApiParam(UPLOAD_PARAM)
  @RouteConfig(RAW_BODY)
  @ApiOperation({ summary: 'PATCH, HEAD or DELETE by X-HTTP-Method-Override' })
  @ApiHeader({
    name: 'X-HTTP-Method-Override',
    description: 'The method that is meant.',
    required: true,
    schema: { type: 'string', enum: ['PATCH', 'HEAD', 'DELETE'] },
  })
  @ApiResponse({ status: 204, description: 'As the method that is meant.' })
  async override(
    @Headers('upload-token') token: string | undefined,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const methods: Readonly<Record<string, () => Promise<void>>> = {
      PATCH: () => this.patch(token, id, request, reply),
      HEAD: () => this.head(token, id, request, reply),
      DELETE: () => this.terminate(token, id, request, reply),
    };
    const method = methods[overriddenMethod(request)];
    if (!method) throw commonErrors.methodNotAllowed('HEAD, PATCH, DELETE, GET');
    reply.code(overriddenMethod(request) === 'HEAD' ? 200 : 204);
    await method();
  }

  @Patch(':id')
  @ApiParam(UPLOAD_PARAM)
  @HttpCode(204)
  @RouteConfig(RAW_BODY)
  @ApiOperation({ summary: 'Send bytes at an offset' })
  @ApiConsumes(TUS_CONTENT_TYPE)
  @ApiHeader(TUS_RESUMABLE)
  @ApiHeader({ name: 'Upload-Offset', required: true, description: 'How many bytes the server has, as HEAD says.' })
  @ApiHeader({
    name: 'Upload-Checksum',
    required: false,
    description: '`sha1` or `sha256`, a space, the digest in base64; 460 when it is another.',
  })
  @ApiResponse({
    status: 204,
    description: 'Upload-Offset is durable. The last one carries Upload-Archive and Repr-Digest.',
  })
  async patch(
    @Headers('upload-token') token: string | undefined,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    markVersion(reply);
    this.describe(await this.tus.patch(token, id, request), reply);
  }

  @Head(':id')
  @ApiParam(UPLOAD_PARAM)
  @ApiOperation({
    summary: 'Where an upload stands',
    description: 'Ends a request that still writes it, so that the next PATCH is taken at this offset.',
  })
  @ApiHeader(TUS_RESUMABLE)
  @ApiResponse({
    status: 200,
    description: 'Upload-Offset, Upload-Length, Upload-Expires, Upload-Metadata as it came.',
  })
  async head(
    @Headers('upload-token') token: string | undefined,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    markVersion(reply);
    const state = await this.tus.head(token, id, request);
    const { clientMetadata } = state.upload;
    // "responses to HEAD requests MUST include the Upload-Metadata header and its value as specified by the Client".
    if (clientMetadata !== null) reply.header('Upload-Metadata', clientMetadata);
    this.describe(state, reply);
  }

  @Get(':id')
  @ApiParam(UPLOAD_PARAM)
  @ApiOperation({ summary: 'The state of an upload, or its receipt once it is stored' })
  @ApiResponse({
    status: 200,
    schema: { oneOf: [{ $ref: getSchemaPath(UploadView) }, { $ref: getSchemaPath(ReceiptView) }] },
  })
  async read(
    @Headers('upload-token') token: string | undefined,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<UploadView | ReceiptView> {
    const { upload, archive } = await this.tus.read(token, id);
    return archive ? this.views.receipt(archive, this.publicUrl.of(request)) : this.views.progress(upload);
  }

  @Delete(':id')
  @ApiParam(UPLOAD_PARAM)
  @HttpCode(204)
  @RouteConfig(RAW_BODY)
  @ApiOperation({ summary: 'Give up an upload; its bytes are gone' })
  @ApiHeader(TUS_RESUMABLE)
  @ApiResponse({ status: 204, description: 'Gone.' })
  async terminate(
    @Headers('upload-token') token: string | undefined,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    markVersion(reply);
    await this.tus.terminate(token, id, request);
  }

  private describe({ upload, archive }: TusState, reply: FastifyReply): void {
    reply.headers({
      'Cache-Control': 'no-store',
      'Upload-Offset': String(upload.durableBytes),
      'Upload-Expires': new Date(upload.expiresAt).toUTCString(),
      ...(upload.declaredBytes === null
        ? { 'Upload-Defer-Length': '1' }
        : { 'Upload-Length': String(upload.declaredBytes) }),
      ...(archive ? { 'Upload-Archive': archive.id, 'Repr-Digest': digestField(archive.sha256) } : {}),
    });
  }
}

/** "The Tus-Resumable header MUST be included in every request and response": also in refusals, so it is set first. */
function markVersion(reply: FastifyReply): void {
  reply.header('Tus-Resumable', TUS_VERSION);
}
