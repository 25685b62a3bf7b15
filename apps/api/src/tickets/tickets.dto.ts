import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { TextFilter, TimeFilter } from '../common/http/filters.js';
import { IsTime } from '../common/http/is-time.js';
import { PageQuery } from '../common/http/page-query.dto.js';
import { TICKET_NUMBER, TICKET_ORDERINGS } from './ticket.rules.js';

const MAX_NOTE_LENGTH = 100_000;
const NUMBER_MESSAGE = { message: 'must be 1 to 64 letters, digits or "-_.", beginning with a letter or digit' };
/** What JSON holds beyond the safe integers has lost digits when it is read: another ticket's number. */
const toText = ({ value }: { value: unknown }): unknown => (Number.isSafeInteger(value) ? String(value) : value);
const toBoolean = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string'
    ? ({ true: true, false: false, '1': true, '0': false }[value.toLowerCase()] ?? value)
    : value;

export class TicketView {
  @ApiProperty({
    type: 'string',
    example: '019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11',
    description: 'Identifier; never reused.',
  })
  id!: string;

  @ApiProperty({ type: 'string', example: 'SUP-1482', description: 'Its number in the help desk; unique.' })
  number!: string;

  @ApiProperty({ type: 'string', example: 'vmmanager-6', description: 'Name (slug) of its platform.' })
  platform!: string;

  @ApiProperty({ type: 'boolean', example: false, description: 'Closed; nothing more can be uploaded.' })
  resolved!: boolean;

  @ApiProperty({ type: 'string', example: 'Crashes after the upgrade', description: 'Markdown.' })
  note!: string;

  @ApiProperty({ type: 'string', example: 'anna', description: 'Who created it.' })
  user!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Newest open upload token; null for viewers and where none is open.',
  })
  token!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 5, description: 'Archives which that token still allows.' })
  attempts!: number | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When that token ends.' })
  expires_at!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was made.' })
  time_create!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was last changed.' })
  time_update!: string;

  @ApiProperty({ type: 'integer', example: 2, description: 'How many archives it has.' })
  archives_count!: number;

  @ApiProperty({ type: 'integer', example: 2_147_483_648, description: 'Size of all its archives, in bytes.' })
  archives_bytes!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'Counts edits, not uploads; also the entity tag.' })
  version!: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'https://help.example.com/tickets/SUP-1482',
    description: 'Where the help desk has it; null where the server does not know.',
  })
  help_desk_url!: string | null;
}

/** Fields that a client which writes back what it read may send; they are ignored. */
class IgnoredTicketFields {
  @Allow()
  id?: unknown;
  @Allow()
  user?: unknown;
  @Allow()
  token?: unknown;
  @Allow()
  time_create?: unknown;
  @Allow()
  time_update?: unknown;
  @Allow()
  archives_count?: unknown;
  @Allow()
  archives_bytes?: unknown;
  @Allow()
  version?: unknown;
  @Allow()
  help_desk_url?: unknown;
}

/** The fields that creating and editing share. */
class TicketFields extends IgnoredTicketFields {
  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_NOTE_LENGTH,
    example: 'Crashes after the upgrade',
    description: 'Markdown.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NOTE_LENGTH)
  note?: string;

  @ApiPropertyOptional({
    type: 'boolean',
    example: false,
    description: 'true closes the door of every upload token.',
  })
  @IsOptional()
  @IsBoolean()
  resolved?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    example: 5,
    minimum: 0,
    maximum: 100,
    description: 'Archives that the newest open token allows.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100)
  attempts?: number | null;

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    nullable: true,
    // A fixed time would be over one day, and whoever tries it out would make a token that has ended.
    example: null,
    description: 'When the newest open token ends; null is TOKEN_LIFETIME from now for a new one.',
  })
  @IsOptional()
  @IsTime()
  expires_at?: string | null;
}

export class TicketInput extends TicketFields {
  @ApiProperty({
    type: 'string',
    example: 'SUP-1482',
    pattern: TICKET_NUMBER.source,
    description: 'An integer is accepted too.',
  })
  @Transform(toText)
  @IsString()
  @Matches(TICKET_NUMBER, NUMBER_MESSAGE)
  number!: string;

  @ApiProperty({ type: 'string', example: 'vmmanager-6', description: 'Name (slug) or id of the platform.' })
  @Transform(toText)
  @IsString()
  @MaxLength(64)
  platform!: string;
}

export class TicketPatch extends TicketFields {
  @ApiPropertyOptional({
    type: 'string',
    example: 'SUP-1482',
    pattern: TICKET_NUMBER.source,
    description: 'Its number in the help desk; unique.',
  })
  @IsOptional()
  @Transform(toText)
  @IsString()
  @Matches(TICKET_NUMBER, NUMBER_MESSAGE)
  number?: string;

  @ApiPropertyOptional({ type: 'string', example: 'vmmanager-6', description: 'Name (slug) or id of the platform.' })
  @IsOptional()
  @Transform(toText)
  @IsString()
  @MaxLength(64)
  platform?: string;
}

export class TicketQuery extends PageQuery {
  @TextFilter({ description: 'Comma list of numbers.' })
  number?: string;

  @TextFilter({ description: 'Part of the number.' })
  number__contains?: string;

  @TextFilter({ description: 'Comma list of numbers.' })
  number__in?: string;

  @TextFilter({ description: '9 comes before 10.' })
  number__lte?: string;

  @TextFilter({ description: '9 comes before 10.' })
  number__gte?: string;

  @TextFilter({ description: 'Exactly this identifier.' })
  id?: string;

  @TextFilter({ description: 'Comma list of ids.' })
  id__in?: string;

  @TextFilter({ description: 'Identifiers up to this one.' })
  id__lte?: string;

  @TextFilter({ description: 'Identifiers from this one on.' })
  id__gte?: string;

  @ApiPropertyOptional({ type: 'boolean', description: 'Only closed ones, or only open ones.' })
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean()
  resolved?: boolean;

  @TextFilter({ description: "Creator's user name." })
  user?: string;

  @TextFilter({ description: 'Name (slug) or id of the platform.' })
  platform?: string;

  @TextFilter({ description: 'Words of the number or the note, all of which must occur.', maxLength: 200 })
  search?: string;

  @TimeFilter({ description: 'Made then or later.' })
  time_create__gte?: string;

  @TimeFilter({ description: 'Made then or earlier.' })
  time_create__lte?: string;

  @ApiPropertyOptional({
    type: 'string',
    enum: Object.keys(TICKET_ORDERINGS).flatMap((name) => [name, `-${name}`]),
    default: '-time_create',
    description: 'Downwards with a `-` before it.',
  })
  @IsOptional()
  @IsString()
  ordering?: string;
}

export class TicketsResolution {
  @ApiProperty({ type: [String], example: ['SUP-1482', 'SUP-1479'], description: 'Numbers of the tickets.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map((item: unknown) => toText({ value: item })) : value,
  )
  @IsString({ each: true })
  numbers!: string[];

  @ApiProperty({ type: 'boolean', example: true, description: 'false opens them again.' })
  @IsBoolean()
  resolved!: boolean;
}

export class TicketsResolutionResult {
  @ApiProperty({ type: [String], description: 'Numbers of the tickets that are now so.' })
  changed!: string[];

  @ApiProperty({ type: [String], description: 'Numbers of which there is no ticket.' })
  missing!: string[];
}
