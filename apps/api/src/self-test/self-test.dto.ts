import { ApiProperty } from '@nestjs/swagger';
import { CHECKS, type CheckName, type CheckStatus, STATUSES } from './self-test.rules.js';

export class SelfTestCheckView {
  @ApiProperty({ enum: CHECKS })
  name!: CheckName;

  @ApiProperty({ enum: STATUSES, description: '`warning`: works, with a drawback that has no remedy there.' })
  status!: CheckStatus;

  @ApiProperty({ type: 'string', example: 'Bytes of an upload arrive as they are sent.' })
  detail!: string;
}

export class SelfTestView {
  @ApiProperty({ type: 'string', example: 'https://logs.example.com' })
  public_url!: string;

  @ApiProperty({ type: [SelfTestCheckView] })
  checks!: SelfTestCheckView[];
}
