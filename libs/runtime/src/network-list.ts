import { BlockList, isIP } from 'node:net';

/** A set of IP networks (`10.0.0.0/8`, `::1`, or the words `loopback`, `private`) to hold addresses against. */
export class NetworkList {
  private readonly list = new BlockList();

  constructor(readonly networks: readonly string[]) {
    for (const network of networks.flatMap(expandWord)) this.add(network);
  }

  /** IPv4 addresses mapped into IPv6 (`::ffff:10.0.0.1`) count as the IPv4 address they carry. */
  includes(address: string): boolean {
    const family = isIP(address);
    if (family === 0) return false;
    return this.list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }

  private add(network: string): void {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address);
    if (family === 0) throw new RangeError('must be a comma list of networks such as 10.0.0.0/8 or ::1');
    const type = family === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) {
      this.list.addAddress(address, type);
      return;
    }
    const bits = Number(prefix);
    if (!/^\d+$/.test(prefix) || bits > (family === 4 ? 32 : 128))
      throw new RangeError('has a network with a wrong prefix length');
    this.list.addSubnet(address, bits, type);
  }
}

function expandWord(network: string): string[] {
  if (network === 'loopback') return ['127.0.0.0/8', '::1'];
  if (network === 'private')
    return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', '169.254.0.0/16', 'fe80::/10'];
  return [network];
}
