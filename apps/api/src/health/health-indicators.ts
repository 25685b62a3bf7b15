import { Injectable } from '@nestjs/common';

export interface HealthState {
  /** `degraded`: it still works, but somebody should look. Only `down` makes the server not ready. */
  readonly status: 'up' | 'degraded' | 'down';
  /** Shown to everybody: no secrets, no addresses, no paths. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export type HealthCheck = () => Promise<HealthState> | HealthState;

/** The port through which every module tells whether it can work. */
@Injectable()
export class HealthIndicators {
  private readonly checks = new Map<string, HealthCheck>();

  /** `check` is asked at each readiness probe; throwing or taking too long counts as down. */
  register(name: string, check: HealthCheck): void {
    if (this.checks.has(name)) throw new Error(`Two health indicators are called ${name}.`);
    this.checks.set(name, check);
  }

  all(): [name: string, check: HealthCheck][] {
    return [...this.checks];
  }
}
