import { Controller, Get, Header, Headers, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, ApiPublic, ApiUploadToken } from '../common/http/api-docs.js';
import { IgnoresCredentials } from '../common/http/ignores-credentials.decorator.js';
import { TokenGate } from './token-gate.js';
import { FormerTokenCheck, TokenCheck } from './tokens.dto.js';

@ApiTags('customers')
@IgnoresCredentials()
@Controller('api/v1/check/token')
export class TokenCheckController {
  constructor(private readonly gate: TokenGate) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiUploadToken()
  @ApiProblems('upload_token_missing', 'upload_token_unknown')
  @ApiOperation({ summary: 'What the presented upload token still allows' })
  @ApiResponse({ status: 200, type: TokenCheck })
  check(@Headers('upload-token') token: string | undefined): Promise<TokenCheck> {
    return this.gate.check(token);
  }

  @Get(':token')
  @ApiParam({ name: 'token', description: 'The upload token.' })
  @ApiPublic()
  @ApiProblems('token_not_found')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: "The original application's question; prefer the header", deprecated: true })
  @ApiResponse({ status: 200, type: FormerTokenCheck })
  formerCheck(@Param('token') token: string): Promise<FormerTokenCheck> {
    return this.gate.formerCheck(token);
  }
}
