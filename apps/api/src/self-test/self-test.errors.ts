import { CodedError, errorKind } from '../common/errors/coded-error.js';

const kinds = {
  needsPublicUrl: errorKind('self_test_needs_public_url', 409, 'PUBLIC_URL is not set'),
};

export const selfTestErrors = {
  needsPublicUrl: () =>
    new CodedError(
      kinds.needsPublicUrl,
      'The self-test asks this server by the address that people use. Set PUBLIC_URL to it and restart.',
    ),
};
