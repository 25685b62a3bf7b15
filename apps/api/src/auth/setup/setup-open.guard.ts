import { type CanActivate, Injectable } from '@nestjs/common';
import { commonErrors } from '../../common/errors/common.errors.js';
import { SetupService } from './setup.service.js';

/** Before the body is even looked at: once a user exists the route answers 404, whatever is sent. */
@Injectable()
export class SetupOpenGuard implements CanActivate {
  constructor(private readonly setup: SetupService) {}

  async canActivate(): Promise<boolean> {
    if (!(await this.setup.isOpen())) throw commonErrors.notFound('The set-up');
    return true;
  }
}
