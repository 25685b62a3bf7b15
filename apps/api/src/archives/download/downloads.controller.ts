import { Controller, Get, Head, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LoginRedirectFilter } from '../../auth/http/login-redirect.filter.js';
import type { Principal } from '../../common/access/principal.js';
import { ApiProblems } from '../../common/http/api-docs.js';
import { matchesNone } from '../../common/http/entity-tag.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { archiveErrors } from '../archives.errors.js';
import { digestField } from '../intake/intake.rules.js';
import { passesIfRange, rangeOf } from './byte-range.js';
import { attachment } from './content-disposition.js';
import { type Downloadable, DownloadsService } from './downloads.service.js';

/** Never rendered, never guessed at, whatever a customer has sent. */
const SAFETY_HEADERS = {
  'Content-Type': 'application/octet-stream',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'private, no-store',
  'Accept-Ranges': 'bytes',
} as const;

/** Where the original application served archives. */
const FORMER_PATHS = ['archives/download/:ticket/:name', 'download/archives/:ticket/:name'];

const DAMAGED = {
  name: 'damaged',
  required: false,
  schema: { type: 'boolean' },
  description: 'Also bytes that a check found damaged.',
} as const;
const RANGE = { name: 'Range', required: false, description: 'One range of bytes (RFC 9110 §14).' } as const;
const IF_RANGE = {
  name: 'If-Range',
  required: false,
  description: 'The entity tag that the range belongs to; the whole file where it is another.',
} as const;
const TO_LOGIN = {
  status: 303,
  description: 'A browser without a login is led to it, and on from there.',
} as const;
const BYTES = { 'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } } };

@ApiTags('archives')
@Controller()
@UseFilters(LoginRedirectFilter)
export class DownloadsController {
  constructor(private readonly downloads: DownloadsService) {}

  @Head('api/v1/archives/:archive/download')
  @ApiProblems('archive_not_found', 'archive_bytes_missing', 'archive_corrupt', 'range_not_satisfiable')
  @ApiOperation({ summary: 'What a download would answer; needs the second factor' })
  @ApiParam({ name: 'archive', description: 'Id of the archive.' })
  @ApiQuery(DAMAGED)
  @ApiResponse({ status: 200, description: 'Content-Length, ETag, Repr-Digest.' })
  async head(
    @CurrentPrincipal() principal: Principal,
    @Param('archive') id: string,
    @Query('damaged') damaged: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.send(principal, await this.downloads.byId(principal, id, damaged === 'true'), request, reply);
  }

  @Get('api/v1/archives/:archive/download')
  @ApiProblems('archive_not_found', 'archive_bytes_missing', 'archive_corrupt', 'range_not_satisfiable')
  @ApiOperation({ summary: 'Download an archive; needs the second factor' })
  @ApiParam({ name: 'archive', description: 'Id of the archive.' })
  @ApiQuery(DAMAGED)
  @ApiHeader(RANGE)
  @ApiHeader(IF_RANGE)
  @ApiResponse({ status: 200, description: 'All bytes.', content: BYTES })
  @ApiResponse({ status: 206, description: 'The range.', content: BYTES })
  @ApiResponse({ status: 304, description: 'The tag of If-None-Match is still right.' })
  @ApiResponse(TO_LOGIN)
  async download(
    @CurrentPrincipal() principal: Principal,
    @Param('archive') id: string,
    @Query('damaged') damaged: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.send(principal, await this.downloads.byId(principal, id, damaged === 'true'), request, reply);
  }

  @Head(FORMER_PATHS)
  @ApiProblems(
    'archive_not_found',
    'ticket_not_found',
    'archive_bytes_missing',
    'archive_corrupt',
    'range_not_satisfiable',
  )
  @ApiOperation({ summary: 'What a download from there would answer', deprecated: true })
  @ApiParam({ name: 'ticket', description: 'Number of the ticket.' })
  @ApiParam({ name: 'name', description: 'Name of the archive.' })
  @ApiResponse({ status: 200, description: 'Content-Length, ETag, Repr-Digest.' })
  async headByName(
    @CurrentPrincipal() principal: Principal,
    @Param('ticket') ticket: string,
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.send(principal, await this.downloads.byName(principal, ticket, name), request, reply);
  }

  @Get(FORMER_PATHS)
  @ApiProblems(
    'archive_not_found',
    'ticket_not_found',
    'archive_bytes_missing',
    'archive_corrupt',
    'range_not_satisfiable',
  )
  @ApiOperation({ summary: "The original's address: the newest archive of that name", deprecated: true })
  @ApiParam({ name: 'ticket', description: 'Number of the ticket.' })
  @ApiParam({ name: 'name', description: 'Name of the archive.' })
  @ApiHeader(RANGE)
  @ApiHeader(IF_RANGE)
  @ApiResponse({ status: 200, description: 'All bytes.', content: BYTES })
  @ApiResponse({ status: 206, description: 'The range.', content: BYTES })
  @ApiResponse({ status: 304, description: 'The tag of If-None-Match is still right.' })
  @ApiResponse(TO_LOGIN)
  async downloadByName(
    @CurrentPrincipal() principal: Principal,
    @Param('ticket') ticket: string,
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.send(principal, await this.downloads.byName(principal, ticket, name), request, reply);
  }

  private async send(
    principal: Principal,
    archive: Downloadable,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const tag = `"${archive.sha256}"`;
    const { headers } = request;
    const isNotModified = matchesNone(headers['if-none-match'], tag);
    // A range is defined for GET alone (RFC 9110 §14.2).
    const isRangeHeard = request.method === 'GET' && passesIfRange(singleText(headers['if-range']), tag);
    const range = rangeOf(isRangeHeard ? headers.range : undefined, archive.sizeBytes);
    if (range.kind === 'unsatisfiable' && !isNotModified) throw archiveErrors.rangeNotSatisfiable(archive.sizeBytes);
    reply.headers({
      ...SAFETY_HEADERS,
      ETag: tag,
      'Repr-Digest': digestField(archive.sha256),
      'Content-Disposition': attachment(archive.name),
    });
    if (isNotModified) return void reply.code(304).send();
    const slice = range.kind === 'slice' ? range.slice : { start: 0, end: archive.sizeBytes };
    reply.code(range.kind === 'slice' ? 206 : 200).header('Content-Length', String(slice.end - slice.start));
    if (range.kind === 'slice')
      reply.header('Content-Range', `bytes ${slice.start}-${slice.end - 1}/${archive.sizeBytes}`);
    if (request.method === 'HEAD') return void reply.send();
    return void reply.send(await this.downloads.open(principal, archive, slice));
  }
}

function singleText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
