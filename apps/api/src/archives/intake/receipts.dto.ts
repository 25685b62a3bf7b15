import { ApiProperty } from '@nestjs/swagger';

/** A public key of receipts, as a JWK (RFC 8037). */
export class ReceiptKey {
  @ApiProperty({ type: 'string', enum: ['OKP'], description: 'RFC 8037.' })
  kty!: 'OKP';

  @ApiProperty({ type: 'string', enum: ['Ed25519'], description: 'RFC 8037.' })
  crv!: 'Ed25519';

  @ApiProperty({
    type: 'string',
    example: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    description: 'The public key, base64url (RFC 8037).',
  })
  x!: string;

  @ApiProperty({
    type: 'string',
    example: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    description: 'Its thumbprint (RFC 7638); the header of a receipt names its key by it.',
  })
  kid!: string;

  @ApiProperty({ type: 'string', enum: ['sig'], description: 'Signatures only.' })
  use!: 'sig';

  @ApiProperty({ type: 'string', enum: ['EdDSA'], description: 'RFC 8037.' })
  alg!: 'EdDSA';
}

export class ReceiptKeySet {
  @ApiProperty({
    type: [ReceiptKey],
    description: 'The one in use, and while SECRET_KEY_PREVIOUS is set the one before.',
  })
  keys!: readonly ReceiptKey[];
}
