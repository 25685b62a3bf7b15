import { SetMetadata } from '@nestjs/common';

/** Metadata key that the authentication guard looks for. */
export const IGNORES_CREDENTIALS = 'ignores-credentials';

/**
 * On a controller or one of its methods: the credentials of staff are not looked at, so that a stale cookie or a wrong
 * token in the way keeps nobody out. For the doors of customers, health checks, and logging in itself.
 */
export const IgnoresCredentials = (): MethodDecorator & ClassDecorator => SetMetadata(IGNORES_CREDENTIALS, true);
