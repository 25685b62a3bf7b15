import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../common/access/principal.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import { SelfTestView } from './self-test.dto.js';
import { SelfTestService } from './self-test.service.js';

@ApiTags('service')
@Controller('api/v1/self-test')
export class SelfTestController {
  constructor(private readonly selfTest: SelfTestService) {}

  @Post()
  @HttpCode(200)
  @ApiProblems('self_test_needs_public_url')
  @ApiOperation({
    summary: 'What a proxy in front does to uploads and live events',
    description:
      'The server sends a few small requests to itself by PUBLIC_URL and tells whether bodies arrive as they are sent, which sizes may pass, whether answers stream, and what became of X-Forwarded-* and Expect.',
  })
  @ApiResponse({ status: 200, type: SelfTestView })
  run(@CurrentPrincipal() principal: Principal): Promise<SelfTestView> {
    return this.selfTest.run(principal);
  }
}
