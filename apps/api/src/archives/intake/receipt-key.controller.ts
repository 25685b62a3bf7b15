import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiPublic } from '../../common/http/api-docs.js';
import { IgnoresCredentials } from '../../common/http/ignores-credentials.decorator.js';
import { Receipts } from './receipts.js';

@ApiTags('customers')
@IgnoresCredentials()
@Controller('api/v1/receipt-key')
export class ReceiptKeyController {
  constructor(private readonly receipts: Receipts) {}

  @Get()
  @ApiPublic()
  @ApiOperation({ summary: 'The public key of receipts, as a JWK (RFC 8037)' })
  @ApiResponse({ status: 200, schema: { type: 'object', additionalProperties: { type: 'string' } } })
  key(): Record<string, unknown> {
    return this.receipts.publicKey();
  }
}
