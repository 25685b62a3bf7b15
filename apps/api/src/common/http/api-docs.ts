import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';

/** Extensions by which decorators tell the builder of the OpenAPI document what it has to fill in. */
export const PROBLEM_CODES = 'x-problem-codes';
export const IS_PUBLIC = 'x-public';

/** Name of the security scheme of the header Upload-Token. */
export const UPLOAD_TOKEN_SCHEME = 'upload_token';

/**
 * On a controller's method: the codes of the errors it may answer beyond those that every operation shares. A code that
 * no `*.errors.ts` declares fails the build of the document.
 */
export function ApiProblems(...codes: string[]): MethodDecorator & ClassDecorator {
  return ApiExtension(PROBLEM_CODES, codes);
}

/** Needs no credentials. */
export function ApiPublic(): MethodDecorator & ClassDecorator {
  return ApiExtension(IS_PUBLIC, true);
}

/** For staff who have logged in: no API key passes, whatever its scopes say. */
export function ApiLoginOnly(): MethodDecorator & ClassDecorator {
  return applyDecorators(ApiSecurity('bearer'), ApiSecurity('cookie'));
}

/** For customers: needs the header Upload-Token, and no login. */
export function ApiUploadToken(): MethodDecorator & ClassDecorator {
  return applyDecorators(ApiSecurity(UPLOAD_TOKEN_SCHEME));
}
