import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { commonErrors } from '../common/errors/common.errors.js';
import { ApiProblems, ApiPublic } from '../common/http/api-docs.js';
import { matchesNone } from '../common/http/entity-tag.js';
import { IgnoresCredentials } from '../common/http/ignores-credentials.decorator.js';
import { Branding, LOGO_PATH } from './branding.js';

/** An SVG may bring its styles and pictures along; opened by itself it is a document that can do nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";
const IMAGE = { schema: { type: 'string' as const, format: 'binary' } };

@ApiTags('customers')
@IgnoresCredentials()
@Controller(LOGO_PATH)
export class LogoController {
  constructor(private readonly branding: Branding) {}

  @Get()
  @ApiPublic()
  @ApiOperation({ summary: "The organisation's logo (LOGO_FILE)" })
  @ApiResponse({
    status: 200,
    content: { 'image/png': IMAGE, 'image/jpeg': IMAGE, 'image/webp': IMAGE, 'image/svg+xml': IMAGE },
  })
  @ApiResponse({ status: 304, description: 'The tag of If-None-Match is still right.' })
  @ApiProblems('not_found')
  logo(@Headers('if-none-match') ifNoneMatch: string | undefined, @Res() reply: FastifyReply): void {
    const { logo } = this.branding;
    if (!logo) throw commonErrors.notFound('A logo');
    const tag = `"${logo.sha256}"`;
    // The tag is weak, as an SVG may be sent compressed or not.
    reply.headers({
      ETag: `W/${tag}`,
      'Cache-Control': 'no-cache',
      'Content-Type': logo.mediaType,
      'Content-Security-Policy': POLICY,
    });
    if (matchesNone(ifNoneMatch, tag)) reply.code(304).send();
    else reply.send(logo.bytes);
  }
}
