import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorKind } from '../common/errors/coded-error.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The body of every error, with all codes there are. */
export function problemSchema(kinds: readonly ErrorKind[]): Schemas[string] {
  const text = (description: string) => ({ type: 'string', description });
  return {
    type: 'object',
    description: 'What went wrong (RFC 9457). Programs compare `code`; people read `detail`.',
    required: ['type', 'title', 'status', 'code', 'detail', 'error', 'request_id'],
    properties: {
      type: text('Where the code is explained, relative to the server.'),
      title: text('Short, and the same for every occurrence.'),
      status: { type: 'integer', description: 'The status of the answer.' },
      code: { type: 'string', enum: kinds.map(({ code }) => code), description: codeList(kinds) },
      detail: text('What happened here and what to do.'),
      error: text('The same as `detail`, for clients of the original application.'),
      request_id: text('Under which the log of the server has more.'),
      errors: {
        type: 'array',
        description: 'Which fields are not right, with `validation_failed`.',
        items: {
          type: 'object',
          required: ['pointer', 'detail'],
          properties: { pointer: text('JSON pointer into the body, or a query parameter.'), detail: text('Why.') },
        },
      },
    },
  };
}

/** `code` (status): title, one a line. */
export function codeList(kinds: readonly ErrorKind[]): string {
  return kinds.map(({ code, status, title }) => `- \`${code}\` (${status}): ${title}`).join('\n');
}
