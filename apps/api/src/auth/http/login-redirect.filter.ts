import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../../common/errors/coded-error.js';
import { ProblemFilter } from '../../common/http/problem.filter.js';
import { loginAddress } from './navigation.rules.js';

/**
 * On what people open as a page, downloads first of all: a 401 becomes the way to the login, so that a link in a help
 * desk works for whoever is not logged in (or whose cookie stayed behind, as SameSite=Strict makes it do there).
 */
@Catch(CodedError)
export class LoginRedirectFilter implements ExceptionFilter<CodedError> {
  private readonly problems = new ProblemFilter();

  catch(error: CodedError, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const address = error.kind.status === 401 ? loginAddress(navigationOf(request)) : undefined;
    if (address === undefined) {
      this.problems.catch(error, host);
      return;
    }
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    reply.code(303).headers({ Location: address, 'Cache-Control': 'no-store' }).send();
  }
}

function navigationOf({ method, url, headers }: FastifyRequest) {
  const mode = headers['sec-fetch-mode'];
  return {
    method,
    target: url,
    authorization: headers.authorization,
    secFetchMode: typeof mode === 'string' ? mode : undefined,
    accept: headers.accept,
  };
}
