import type { SafeConnect } from '@logs-collector/runtime/safe-connect';
import type { DrainTarget } from '../drain-url.js';
import type { Transport } from './channels/channel.js';
import { HttpTransport } from './channels/http-transport.js';
import { StreamTransport, type TlsMaterial } from './channels/stream-transport.js';
import { UdpTransport } from './channels/udp-transport.js';

export interface TransportSettings {
  readonly guard: SafeConnect;
  /** How a Logplex receiver tells drains apart. */
  readonly drainToken: string;
  readonly tls?: TlsMaterial;
  /** How long a stream must have lived on for its bytes to count as received. */
  readonly confirmAfterMs?: number;
}

/** How a drain's URL is delivered to. */
export function transportOf(target: DrainTarget, settings: TransportSettings): Transport {
  const { guard, drainToken, tls, confirmAfterMs } = settings;
  const { scheme, framing } = target;
  switch (scheme) {
    case 'http':
    case 'https':
      return new HttpTransport({
        guard,
        endpoint: target,
        path: target.path,
        credentials: target.credentials,
        isCompressed: target.gzip,
        drainToken,
        tls,
      });
    case 'syslog+udp':
      return new UdpTransport(guard, target);
    case 'syslog+tcp':
      return new StreamTransport({ guard, endpoint: target, framing, confirmAfterMs });
    case 'syslog+tls':
      return new StreamTransport({ guard, endpoint: target, framing, confirmAfterMs, tls: tls ?? {} });
  }
}
