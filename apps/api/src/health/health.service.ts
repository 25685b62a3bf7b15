import { Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import {
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorResult,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { type HealthCheck, HealthIndicators, type HealthState } from './health-indicators.js';

const CHECK_TIMEOUT_MS = 3_000;

export interface Readiness {
  readonly isReady: boolean;
  readonly report: HealthCheckResult;
}

/** Asks every indicator whether the server can work. */
@Injectable()
export class HealthService {
  private readonly logger = new Logger('health');

  constructor(
    private readonly terminus: HealthCheckService,
    private readonly states: HealthIndicatorService,
    private readonly indicators: HealthIndicators,
  ) {}

  async readiness(): Promise<Readiness> {
    try {
      const checks = this.indicators.all().map(
        ([name, check]) =>
          () =>
            this.ask(name, check),
      );
      return { isReady: true, report: await this.terminus.check(checks) };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return { isReady: false, report: error.getResponse() as HealthCheckResult };
    }
  }

  private async ask(name: string, check: HealthCheck): Promise<HealthIndicatorResult> {
    const { status, details } = await this.stateOf(name, check);
    const session = this.states.check(name);
    if (status === 'up') return session.up({ ...details });
    return status === 'degraded' ? session.degraded({ ...details }) : session.down({ ...details });
  }

  /** Why it is down goes to the log: the text of an error may say more than strangers should know. */
  private async stateOf(name: string, check: HealthCheck): Promise<HealthState> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('The check took too long.')), CHECK_TIMEOUT_MS);
    });
    try {
      return await Promise.race([Promise.resolve().then(check), late]);
    } catch (error) {
      this.logger.error({ msg: 'health check failed', indicator: name, error });
      return { status: 'down' };
    } finally {
      clearTimeout(timer);
    }
  }
}
