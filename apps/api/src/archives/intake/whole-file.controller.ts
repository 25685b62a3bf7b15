import { Controller, Headers, HttpCode, Inject, Post, Put, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../common/clock.js';
import { ApiProblems, ApiUploadToken } from '../../common/http/api-docs.js';
import { RAW_BODY } from '../../common/http/body-parsing.js';
import { sendContinue } from '../../common/http/expect-continue.js';
import { IgnoresCredentials } from '../../common/http/ignores-credentials.decorator.js';
import { PublicUrl } from '../../common/http/public-url.js';
import { RequestBody } from '../../common/http/request-body.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { TokenGate } from '../../tokens/token-gate.js';
import { DOOR_PROBLEMS } from './door-problems.js';
import { cleanFileName, nameByTime } from './file-name.js';
import { bodyFailures, intakeErrors } from './intake.errors.js';
import { cleanMediaType } from './intake.rules.js';
import { MultipartForm } from './multipart-form.js';
import { SingleRequestUpload } from './single-request-upload.js';
import { announcedSha256, byteCountHeader, clientKeyHeader, singleHeader } from './upload-headers.js';
import { UploadViews } from './upload-views.js';
import { ReceiptView } from './uploads.dto.js';

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'A secret of your making; a repeated request with the same one and the same file gets the answer of the first, and 422 for another file.',
} as const;

/** Two doors that take a whole file in one request: the original's form, and a plain PUT. */
@ApiTags('customers')
@ApiUploadToken()
@ApiProblems(...DOOR_PROBLEMS)
@IgnoresCredentials()
@Controller('api/v1/archives')
export class WholeFileController {
  constructor(
    private readonly gate: TokenGate,
    private readonly uploads: SingleRequestUpload,
    private readonly views: UploadViews,
    private readonly publicUrl: PublicUrl,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiProblems(...DOOR_PROBLEMS, 'file_missing', 'several_files', 'multipart_broken')
  @HttpCode(201)
  @RouteConfig(RAW_BODY)
  @ApiOperation({ summary: 'Upload a file as a form', description: 'What the original uploader script sends.' })
  @ApiConsumes('multipart/form-data')
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiResponse({ status: 201, type: ReceiptView })
  async form(@Headers('upload-token') token: string | undefined, @Req() request: FastifyRequest): Promise<ReceiptView> {
    const principal = await this.gate.identify(token);
    let form: MultipartForm | undefined;
    const archive = await this.uploads.store(principal, {
      upload: {
        door: 'multipart',
        name: null,
        mediaType: cleanMediaType(undefined),
        declaredBytes: null,
        formBytes: byteCountHeader(request, 'Content-Length') ?? undefined,
        clientKey: clientKeyHeader(request, 'Idempotency-Key'),
      },
      onAccepted: () => {
        form = new MultipartForm(request.headers['content-type'], this.bodyOf(request));
        sendContinue(request);
      },
      file: async () => {
        if (!form) throw intakeErrors.fileMissing();
        const { fileName, mediaType, content } = await form.file();
        const given = cleanFileName(fileName ?? '');
        const name = given ?? nameByTime('upload', this.clock.now());
        return {
          bytes: content,
          described: { name, isNameMade: given === undefined, mediaType: cleanMediaType(mediaType) },
        };
      },
      onEnd: async () => form?.end(),
    });
    return this.views.receipt(archive, this.publicUrl.of(request));
  }

  @Put(':archive')
  @HttpCode(201)
  @RouteConfig(RAW_BODY)
  @ApiOperation({
    summary: 'Upload a file under this name',
    description: '`curl -T bundle.tar.gz …/api/v1/archives/bundle.tar.gz`',
  })
  @ApiParam({ name: 'archive', type: 'string', description: 'Here the name of the file.', example: 'bundle.tar.gz' })
  @ApiConsumes('application/octet-stream')
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiHeader({
    name: 'Repr-Digest',
    required: false,
    description: 'SHA-256 of the file (RFC 9530); 422 when it is another.',
  })
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 201, type: ReceiptView })
  putNamed(@Headers('upload-token') token: string | undefined, @Req() request: FastifyRequest): Promise<ReceiptView> {
    // Taken as it came: every name is welcome here and cleaned, where other parameters are checked.
    const { archive } = request.params as { archive: string };
    const given = cleanFileName(archive);
    return this.put(token, given ?? nameByTime('upload', this.clock.now()), request, given === undefined);
  }

  @Put()
  @HttpCode(201)
  @RouteConfig(RAW_BODY)
  @ApiOperation({
    summary: 'Upload a stream',
    description: '`journalctl | curl -T - …/api/v1/archives/`; the name is made of the time.',
  })
  @ApiConsumes('application/octet-stream')
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 201, type: ReceiptView })
  putStream(@Headers('upload-token') token: string | undefined, @Req() request: FastifyRequest): Promise<ReceiptView> {
    return this.put(token, nameByTime('stdin', this.clock.now()), request, true);
  }

  private async put(
    token: string | undefined,
    name: string,
    request: FastifyRequest,
    isNameMade = false,
  ): Promise<ReceiptView> {
    const principal = await this.gate.identify(token);
    // RFC 9110 §14.5: a part must not be taken for the whole; `curl -C -` sends one.
    if (request.headers['content-range'] !== undefined) {
      throw intakeErrors.headerInvalid(
        'Content-Range',
        'absent: send the whole file, or continue with /api/v1/uploads',
      );
    }
    const archive = await this.uploads.store(principal, {
      upload: {
        door: 'put',
        name,
        isNameMade,
        mediaType: cleanMediaType(singleHeader(request, 'Content-Type')),
        declaredBytes: byteCountHeader(request, 'Content-Length'),
        declaredSha256: announcedSha256(request),
        clientKey: clientKeyHeader(request, 'Idempotency-Key'),
      },
      onAccepted: () => sendContinue(request),
      file: async () => ({ bytes: this.bodyOf(request) }),
    });
    return this.views.receipt(archive, this.publicUrl.of(request));
  }

  private bodyOf(request: FastifyRequest): RequestBody {
    return new RequestBody(request.raw, this.settings.REQUEST_IDLE_TIMEOUT, bodyFailures);
  }
}
