import { Controller, Get, Header } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiPublic } from '../../common/http/api-docs.js';
import { IgnoresCredentials } from '../../common/http/ignores-credentials.decorator.js';
import { ReceiptKeySet } from './receipts.dto.js';
import { Receipts } from './receipts.js';

/** RFC 7517 §8.5.2. */
const KEY_SET_MEDIA_TYPE = 'application/jwk-set+json';

@ApiTags('customers')
@ApiExtraModels(ReceiptKeySet)
@IgnoresCredentials()
@Controller('api/v1/receipt-key')
export class ReceiptKeyController {
  constructor(private readonly receipts: Receipts) {}

  @Get()
  @ApiPublic()
  @Header('Content-Type', KEY_SET_MEDIA_TYPE)
  @ApiOperation({
    summary: 'The public keys of receipts, as a JWK set (RFC 7517)',
    description:
      'A receipt names its key by `kid`. Keep the set with the receipt: keys of former times are not kept here.',
  })
  @ApiResponse({
    status: 200,
    content: { [KEY_SET_MEDIA_TYPE]: { schema: { $ref: getSchemaPath(ReceiptKeySet) } } },
  })
  keys(): ReceiptKeySet {
    return this.receipts.keySet();
  }
}
