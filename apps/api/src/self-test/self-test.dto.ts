import { ApiProperty } from '@nestjs/swagger';
import { type CheckStatus, FINDING_NAMES, type Finding, STATUSES } from './self-test.findings.js';
import { CHECKS, type CheckName } from './self-test.rules.js';

export class SelfTestCheckView {
  @ApiProperty({ enum: CHECKS, description: 'What is looked at.' })
  name!: CheckName;

  @ApiProperty({ enum: STATUSES, description: '`warning`: works, with a drawback that has no remedy there.' })
  status!: CheckStatus;

  @ApiProperty({ enum: FINDING_NAMES, description: 'What was seen, for words of one’s own.' })
  finding!: Finding;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'What belongs into the sentence of the finding.',
    example: { seen: 'https://logs.example.com' },
  })
  values!: Readonly<Record<string, string>>;

  @ApiProperty({
    type: 'string',
    description: 'The same in English.',
    example: 'Bytes of an upload arrive as they are sent.',
  })
  detail!: string;
}

export class SelfTestView {
  @ApiProperty({ type: 'string', example: 'https://logs.example.com', description: 'The address it asked at.' })
  public_url!: string;

  @ApiProperty({ type: [SelfTestCheckView], description: 'What it found, one by one.' })
  checks!: SelfTestCheckView[];
}
