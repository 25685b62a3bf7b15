import { CodedError, errorKind } from '../common/errors/coded-error.js';

/** Whoever guesses sees these. */
const GUESSED = { isAuthFailure: true };

const kinds = {
  invalidCredentials: errorKind('invalid_credentials', 401, 'User name or password is not right', GUESSED),
  twoFactorRequired: errorKind('two_factor_required', 401, 'A code of the second factor is needed', GUESSED),
  invalidToken: errorKind('invalid_token', 401, 'The credential is wrong or has ended', GUESSED),
  crossSite: errorKind('cross_site_request', 403, 'The request comes from another site'),
  enrolmentByInvitation: errorKind('enrolment_by_invitation', 403, 'A second factor needs an invitation'),
  recentLoginRequired: errorKind('recent_login_required', 403, 'Log in again first'),
  wrongCode: errorKind('wrong_code', 403, 'The code is not right', GUESSED),
  wrongPassword: errorKind('wrong_password', 403, 'The password is not right', GUESSED),
  noSetupPending: errorKind('no_second_factor_pending', 409, 'No second factor is being set up'),
  hasSecondFactor: errorKind('second_factor_exists', 409, 'The account has a second factor already'),
  lastAdministrator: errorKind('last_administrator', 409, 'There must be an administrator'),
  usernameTaken: errorKind('username_taken', 409, 'The user name is taken'),
  ownAccount: errorKind('own_account', 409, 'This cannot be done to the own account'),
  invitationInvalid: errorKind('invitation_invalid', 404, 'The invitation cannot be used', GUESSED),
  setupCodeInvalid: errorKind('setup_code_invalid', 403, 'The set-up code cannot be used', GUESSED),
};

const CHALLENGE = 'Bearer realm="logs-collector"';
const challenged = { headers: { 'WWW-Authenticate': CHALLENGE } };
/** RFC 6750 §3.1. */
const tokenRefused = { headers: { 'WWW-Authenticate': `${CHALLENGE}, error="invalid_token"` } };

/** Errors of logging in, of sessions, of second factors and of users. */
export const authErrors = {
  /** One text for an unknown user, a wrong password and a deactivated account (ASVS 5.0.0-6.3.8). */
  invalidCredentials: () => new CodedError(kinds.invalidCredentials, 'User name or password is not right.', challenged),
  /** One text for a missing, a wrong and an already used code. */
  twoFactorRequired: () =>
    new CodedError(
      kinds.twoFactorRequired,
      'Send `otp` too: the present code of your authenticator, or a recovery code. Each is accepted once.',
      challenged,
    ),
  invalidToken: () =>
    new CodedError(
      kinds.invalidToken,
      'The credential is wrong, has expired or was ended; log in again.',
      tokenRefused,
    ),
  crossSite: () =>
    new CodedError(kinds.crossSite, 'Cookies are accepted from the pages of this server only; use a bearer token.'),
  enrolmentByInvitation: () =>
    new CodedError(
      kinds.enrolmentByInvitation,
      'A second factor is set up with an invitation; ask an administrator for one.',
    ),
  recentLoginRequired: () =>
    new CodedError(kinds.recentLoginRequired, 'This needs a login of the last ten minutes; log in again.'),
  wrongCode: (triesLeft: number) =>
    new CodedError(kinds.wrongCode, 'The code is not right or was used already.', {
      members: { tries_left: triesLeft },
    }),
  wrongPassword: () => new CodedError(kinds.wrongPassword, 'The present password is not right.'),
  noSetupPending: () =>
    new CodedError(kinds.noSetupPending, 'Begin with POST /api/v1/auth/2fa/setup; it holds for ten minutes.'),
  hasSecondFactor: () =>
    new CodedError(
      kinds.hasSecondFactor,
      'The account has a second factor; DELETE /api/v1/users/{username}/2fa resets it and answers a new link.',
    ),
  lastAdministrator: () =>
    new CodedError(kinds.lastAdministrator, 'This is the last administrator; make another one first.'),
  usernameTaken: () => new CodedError(kinds.usernameTaken, 'There is a user of this name already.'),
  ownAccount: () =>
    new CodedError(kinds.ownAccount, 'Use your own settings (/api/v1/auth/2fa) for your own second factor.'),
  invitationInvalid: () =>
    new CodedError(kinds.invitationInvalid, 'The invitation was used, replaced or has expired; ask for a new one.'),
  setupCodeInvalid: () =>
    new CodedError(
      kinds.setupCodeInvalid,
      'The set-up code is wrong or has expired; restart the server for a new one.',
    ),
};
