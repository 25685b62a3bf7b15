import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { declaredErrorKinds } from '../common/errors/coded-error.js';
import { ApiPublic } from '../common/http/api-docs.js';
import { IgnoresCredentials } from '../common/http/ignores-credentials.decorator.js';
import { PublicUrl } from '../common/http/public-url.js';
import { RouteTable } from '../common/http/route-table.js';
import { errorsPage } from './error-reference.js';
import { OpenApiService } from './openapi.service.js';
import { DOCS_PAGE, DOCS_POLICY, docsAsset } from './swagger-ui.js';

const API_ROOT = '/api/v1/';

/** The API described by itself. */
@ApiTags('service')
@ApiPublic()
@IgnoresCredentials()
@Controller('api')
export class DocsController {
  constructor(
    private readonly openApi: OpenApiService,
    private readonly routes: RouteTable,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get('openapi.json')
  @ApiExcludeEndpoint()
  async document(@Res({ passthrough: true }) reply: FastifyReply) {
    return send(reply, 'application/json; charset=utf-8', await this.openApi.document());
  }

  @Get('docs')
  @ApiExcludeEndpoint()
  page(@Res({ passthrough: true }) reply: FastifyReply) {
    return send(reply, 'text/html; charset=utf-8', DOCS_PAGE);
  }

  @Get('docs/errors')
  @ApiExcludeEndpoint()
  errors(@Res({ passthrough: true }) reply: FastifyReply) {
    return send(reply, 'text/html; charset=utf-8', errorsPage(declaredErrorKinds()));
  }

  @Get('docs/assets/:name')
  @ApiExcludeEndpoint()
  async asset(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { mediaType, content } = await docsAsset(name);
    return send(reply, mediaType, content);
  }

  @Get('v1')
  @ApiOperation({ summary: 'Lists the collections and where they are' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: { type: 'string', format: 'uri' } } })
  index(@Req() request: FastifyRequest): Record<string, string> {
    const base = `${this.publicUrl.of(request)}${API_ROOT}`;
    return Object.fromEntries(this.routes.collectionsBelow(API_ROOT).map((name) => [name, `${base}${name}/`]));
  }
}

function send<T>(reply: FastifyReply, mediaType: string, content: T): T {
  reply.header('Content-Type', mediaType).header('Content-Security-Policy', DOCS_POLICY);
  return content;
}
