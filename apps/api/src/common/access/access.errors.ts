import { CodedError, errorKind } from '../errors/coded-error.js';
import type { ApiKeyScope } from './principal.js';

const kinds = {
  enrolmentRequired: errorKind('second_factor_enrolment_required', 403, 'A second factor must be set up first'),
  secondFactorRequired: errorKind('second_factor_required', 403, 'This login did not use a second factor'),
  freshSecondFactorRequired: errorKind('fresh_second_factor_required', 403, 'The second factor must be given again'),
  scopeMissing: errorKind('scope_missing', 403, 'The API key does not allow this'),
};

export const accessErrors = {
  enrolmentRequired: () =>
    new CodedError(
      kinds.enrolmentRequired,
      'Set up your second factor (POST /api/v1/auth/2fa/setup), then repeat this.',
    ),
  secondFactorRequired: () =>
    new CodedError(kinds.secondFactorRequired, 'Log in with your second factor, then repeat this.'),
  freshSecondFactorRequired: () =>
    new CodedError(
      kinds.freshSecondFactorRequired,
      'Give a code (POST /api/v1/auth/2fa/verify), then repeat this within five minutes.',
    ),
  scopeMissing: (scope: ApiKeyScope | undefined) =>
    new CodedError(
      kinds.scopeMissing,
      scope ? `This needs an API key with the scope "${scope}".` : 'This cannot be done with an API key; log in.',
    ),
};
