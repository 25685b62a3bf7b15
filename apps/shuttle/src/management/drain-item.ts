import { hostnameOf } from '@logs-collector/shuttle/packet/encode-packet';
import type { StoredDrain } from '../drains/sealed-drains.js';
import { type InstanceState, summedState } from '../states/instance-state.js';

/** A drain as those who manage it see it. */
export function drainItem(drain: StoredDrain, states: readonly InstanceState[]) {
  const { id, destination, target, tls, isPaused, createdAtMs, updatedAtMs } = drain;
  return {
    id,
    kind: destination.kind,
    token: hostnameOf(destination),
    app: destination.kind === 'app' ? destination.app : null,
    space: destination.kind === 'app' ? destination.space : null,
    site: destination.kind === 'site' ? destination.site : null,
    url: target.masked,
    created_at: new Date(createdAtMs).toISOString(),
    updated_at: new Date(updatedAtMs).toISOString(),
    paused: isPaused,
    tls: { ca: tls?.ca !== undefined, client_certificate: tls?.cert !== undefined },
    state: summedState(states, isPaused),
  };
}
