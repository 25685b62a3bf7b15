import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorKind } from '../common/errors/coded-error.js';
import { IS_PUBLIC, PROBLEM_CODES } from '../common/http/api-docs.js';
import { codeList } from './problem-schema.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']> & Record<`x-${string}`, unknown>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
const STAFF_SECURITY: NonNullable<Operation['security']> = [{ bearer: [] }, { cookie: [] }, { api_key: [] }];

/** Gives every operation its credentials and its errors, from what the decorators of `common/http/api-docs.ts` noted. */
export function completeOperations(document: OpenAPIObject, kinds: readonly ErrorKind[]): OpenAPIObject {
  const byCode = new Map(kinds.map((kind) => [kind.code, kind]));
  const paths = Object.entries(document.paths).map(([path, item]) => [path, completeItem(item, path, byCode)] as const);
  return { ...document, paths: Object.fromEntries(paths) };
}

function completeItem(item: PathItem, path: string, byCode: ReadonlyMap<string, ErrorKind>): PathItem {
  const operations = METHODS.flatMap((method) => {
    const operation = item[method] as Operation | undefined;
    return operation ? [[method, complete(operation, `${method} ${path}`, byCode)] as const] : [];
  });
  return { ...item, ...Object.fromEntries(operations) };
}

function complete(operation: Operation, name: string, byCode: ReadonlyMap<string, ErrorKind>): Operation {
  const { [PROBLEM_CODES]: codes, [IS_PUBLIC]: isPublic, ...rest } = operation;
  const security = isPublic ? [] : (rest.security ?? STAFF_SECURITY);
  const own = Array.isArray(codes) ? codes.map(String) : [];
  const kinds = [...sharedCodes(rest, security), ...own].map((code) => {
    const kind = byCode.get(code);
    if (!kind) throw new Error(`${name} names the error code ${code}, which nothing declares.`);
    return kind;
  });
  const responses = { ...described(rest.responses), ...problemResponses(kinds) };
  return { ...rest, operationId: plainId(rest.operationId), security, responses };
}

/** What the guards and the validation answer, whatever the operation does. */
function sharedCodes(operation: Operation, security: NonNullable<Operation['security']>): string[] {
  const takes = (scheme: string): boolean => security.some((requirement) => scheme in requirement);
  const isForStaff = takes('bearer') || takes('cookie') || takes('api_key');
  const hasInput =
    (operation.parameters ?? []).some((parameter) => 'in' in parameter && parameter.in === 'query') ||
    (operation.requestBody !== undefined &&
      'content' in operation.requestBody &&
      'application/json' in operation.requestBody.content);
  return [
    ...(isForStaff ? ['unauthenticated', 'invalid_token', 'forbidden', 'second_factor_enrolment_required'] : []),
    ...(isForStaff ? ['cross_site_request', 'scope_missing'] : []),
    ...(hasInput ? ['validation_failed'] : []),
  ];
}

/** A handler with several addresses gets an operation for each, numbered in brackets, which no language takes in a name. */
function plainId(id: string | undefined): string | undefined {
  return id?.replace('[0]', '').replace(/\[\d+\]/, 'Alias');
}

/** OpenAPI wants a description of every response. */
function described(responses: Operation['responses']): Operation['responses'] {
  const entries = Object.entries(responses).map(([status, response]) => {
    const isBare = response !== undefined && !('$ref' in response) && !response.description;
    return [status, isBare ? { ...response, description: STATUS_CODES[status] ?? status } : response] as const;
  });
  return Object.fromEntries(entries);
}

function problemResponses(kinds: readonly ErrorKind[]): Operation['responses'] {
  const statuses = [...new Set(kinds.map(({ status }) => status))].sort();
  const declared = statuses.map((status) => {
    const ofStatus = [...new Set(kinds.filter((kind) => kind.status === status))];
    return [String(status), problemResponse(codeList(ofStatus))] as const;
  });
  return { ...Object.fromEntries(declared), default: problemResponse('Any other error.') };
}

function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}
