import { isIPv6 } from 'node:net';
import { NetworkList } from './network-list.js';

/**
 * IPv4 networks that are not for the public Internet: IANA's special-purpose registry (RFC 6890), multicast (RFC 5771)
 * and the reserved class E.
 */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** The only part of IPv6 from which public addresses are given out (RFC 4291, section 2.4). */
const GLOBAL_UNICAST_IPV6 = ['2000::/3'];

/** Parts of it that are not public, or that carry an IPv4 address to which a router would send us on. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const specialIpv4 = new NetworkList(SPECIAL_IPV4);
const globalUnicast = new NetworkList(GLOBAL_UNICAST_IPV6);
const specialIpv6 = new NetworkList(SPECIAL_IPV6);

/** Whether an address belongs to the public Internet; IPv4 mapped into IPv6 counts as the IPv4 address it carries. */
export function isPublicAddress(address: string): boolean {
  if (specialIpv4.includes(address)) return false;
  if (!isIPv6(address)) return true;
  return isMappedIpv4(address) || (globalUnicast.includes(address) && !specialIpv6.includes(address));
}

const mappedIpv4 = new NetworkList(['0.0.0.0/0']);

function isMappedIpv4(address: string): boolean {
  return mappedIpv4.includes(address);
}
