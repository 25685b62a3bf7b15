import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../passwords/password.rules.js';
import { MAX_USERNAME_LENGTH } from '../users/username.rules.js';

const MAX_CODE_LENGTH = 200;

export class FirstAdministratorBody {
  @ApiProperty({
    type: 'string',
    example: 'Zy0MkQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1',
    description: 'What stands behind # in the set-up link.',
    maxLength: MAX_CODE_LENGTH,
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_CODE_LENGTH)
  code!: string;

  @ApiProperty({
    type: 'string',
    example: 'anna',
    maxLength: MAX_USERNAME_LENGTH,
    description: 'In lower case; for the login.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_USERNAME_LENGTH)
  username!: string;

  @ApiProperty({
    type: 'string',
    format: 'password',
    example: 'a long walk to the lighthouse',
    minLength: MIN_PASSWORD_LENGTH,
    maxLength: MAX_PASSWORD_LENGTH,
    description: 'At least twelve characters and hard to guess.',
  })
  @IsString()
  @MaxLength(MAX_PASSWORD_LENGTH)
  password!: string;
}
