import { Module, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { AccessTokenGuard } from './http/access-token.guard.js';
import { AccessTokenStrategy } from './http/access-token.strategy.js';
import { CredentialCookies } from './http/credential-cookies.js';
import { CredentialsGuard } from './http/credentials.guard.js';
import { OwnPage } from './http/own-page.js';
import { PresentedCredentials } from './http/presented-credential.js';
import { SessionReplies } from './http/session-replies.js';
import { InvitationIssuer } from './invitations/invitation-issuer.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationsRepository } from './invitations/invitations.repository.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { LoginController } from './login/login.controller.js';
import { LoginService } from './login/login.service.js';
import { SessionTokens } from './login/session-tokens.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordPolicy } from './passwords/password-policy.js';
import { PasswordProof } from './passwords/password-proof.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { SessionAuthenticator } from './sessions/session-authenticator.js';
import { SessionIssuer } from './sessions/session-issuer.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { StandingPrincipals } from './sessions/standing-principals.js';
import { SetupController } from './setup/setup.controller.js';
import { SetupService } from './setup/setup.service.js';
import { SetupCodesRepository } from './setup/setup-codes.repository.js';
import { SetupNotice } from './setup/setup-notice.js';
import { LoginThrottle } from './throttling/login-throttle.js';
import { ThrottleRepository } from './throttling/throttle.repository.js';
import { RecoveryCodesRepository } from './two-factor/recovery-codes.repository.js';
import { SealedSecrets } from './two-factor/sealed-secrets.js';
import { SecondFactor } from './two-factor/second-factor.js';
import { TwoFactorController } from './two-factor/two-factor.controller.js';
import { TwoFactorService } from './two-factor/two-factor.service.js';
import { AccountController } from './users/account.controller.js';
import { AccountService } from './users/account.service.js';
import { CredentialReset } from './users/credential-reset.js';
import { UserDirectory } from './users/user-directory.js';
import { UsersController } from './users/users.controller.js';
import { UsersRepository } from './users/users.repository.js';
import { UsersService } from './users/users.service.js';

const repositories: Provider[] = [
  UsersRepository,
  SessionsRepository,
  RecoveryCodesRepository,
  InvitationsRepository,
  ApiKeysRepository,
  ThrottleRepository,
  SetupCodesRepository,
];

const services: Provider[] = [
  PasswordHasher,
  PasswordPolicy,
  PasswordProof,
  LoginThrottle,
  SecondFactor,
  SealedSecrets,
  TwoFactorService,
  AccessTokens,
  SessionIssuer,
  SessionAuthenticator,
  StandingPrincipals,
  SessionsService,
  LoginService,
  InvitationIssuer,
  InvitationsService,
  ApiKeyAuthenticator,
  ApiKeysService,
  CredentialReset,
  UsersService,
  AccountService,
  UserDirectory,
  SetupNotice,
  SetupService,
];

const edge: Provider[] = [
  CredentialCookies,
  PresentedCredentials,
  OwnPage,
  SessionReplies,
  SessionTokens,
  AccessTokenStrategy,
  AccessTokenGuard,
  { provide: APP_GUARD, useClass: CredentialsGuard },
];

/** Users and how they prove who they are. Its guard stands before every route of the application. */
@Module({
  imports: [PassportModule.register({ session: false }), JwtModule.register({})],
  controllers: [
    LoginController,
    InvitationsController,
    SetupController,
    AccountController,
    SessionsController,
    TwoFactorController,
    ApiKeysController,
    UsersController,
  ],
  providers: [...repositories, ...services, ...edge],
  exports: [UserDirectory, StandingPrincipals],
})
export class AuthModule {}
