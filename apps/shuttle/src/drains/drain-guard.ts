import type { NetworkList } from '@logs-collector/runtime/network-list';
import { SafeConnect } from '@logs-collector/runtime/safe-connect';

const SCHEMES = ['http', 'https', 'syslog+tcp', 'syslog+udp', 'syslog+tls'];

/** What decides where drains may point at; `allow` besides the public Internet. */
export function drainGuard(allow: NetworkList): SafeConnect {
  return new SafeConnect({ schemes: SCHEMES, allow });
}
