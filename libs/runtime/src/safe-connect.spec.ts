import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { Agent, createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NetworkList } from './network-list.js';
import { type AllAddressesLookup, SafeConnect } from './safe-connect.js';

const schemes = ['http', 'https', 'syslog+tcp'];
const publicOnly = new SafeConnect({ schemes, allow: new NetworkList([]) });

function resolvingTo(...answers: readonly string[][]): AllAddressesLookup {
  let turn = 0;
  return (_host, _options, callback) => {
    const addresses = answers[Math.min(turn, answers.length - 1)] ?? [];
    turn += 1;
    const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(callback, null, found);
  };
}

const INNER = [
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '100.64.0.1', '100.127.255.255', '192.0.0.8', '192.0.2.1', '198.18.0.1', '198.51.100.1'],
  ...['203.0.113.7', '192.88.99.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a00:1', '::ffff:169.254.169.254'],
  ...[
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
  ],
  ...['ff02::1', '2001:db8::1', '2002:7f00:1::', '2001::1', '100::1', '3fff::1', '4000::1'],
];
const OUTER = ['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.255.255', '2606:4700::1111', '::ffff:8.8.8.8'];

describe('SafeConnect (ASVS 1.3.6: where somebody else may point us at)', () => {
  it.each(INNER)('refuses the literal %s', (host) => {
    expect(() => publicOnly.socketOptions({ scheme: 'http', host, port: 443 })).toThrow(
      expect.objectContaining({ code: 'address_not_allowed' }),
    );
    const bracketed = { scheme: 'http', host: `[${host}]`, port: 443 };
    expect(() => publicOnly.check(bracketed)).toThrow(expect.objectContaining({ code: 'address_not_allowed' }));
  });

  it.each(INNER)('refuses a name that resolves to %s, alone or beside a public address', async (address) => {
    for (const answer of [[address], ['8.8.8.8', address], [address, '8.8.8.8']]) {
      const guard = new SafeConnect({ schemes, allow: new NetworkList([]), lookup: resolvingTo(answer) });
      const endpoint = { scheme: 'http', host: 'logs.example', port: 443 };
      await expect(guard.resolve(endpoint)).rejects.toMatchObject({ code: 'address_not_allowed' });
      const socket = connect(guard.socketOptions(endpoint));
      const [error] = await once(socket, 'error').catch((caught: unknown) => [caught]);
      expect(error).toMatchObject({ code: 'address_not_allowed' });
    }
  });

  it.each(OUTER)('lets %s through', async (address) => {
    expect(() => publicOnly.check({ scheme: 'http', host: address, port: 443 })).not.toThrow();
    const guard = new SafeConnect({ schemes, allow: new NetworkList([]), lookup: resolvingTo([address]) });
    await expect(guard.resolve({ scheme: 'http', host: 'a.example', port: 80 })).resolves.toMatchObject({ address });
  });

  it.each(['0', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', 'localhost', 'localhost.'])(
    'refuses %s by what the system makes of it',
    async (host) => {
      await expect(publicOnly.resolve({ scheme: 'http', host, port: 80 })).rejects.toThrow(/not allowed|ENOTFOUND/);
    },
  );

  it.each([
    [22, false],
    [25, false],
    [80, true],
    [443, true],
    [514, true],
    [601, true],
    [6514, true],
    [6379, false],
    [11211, false],
    [12_201, true],
    [0, false],
    [65_536, false],
    [Number.NaN, false],
  ])('port %d: %s', (port, isAllowed) => {
    const check = (): void => publicOnly.check({ scheme: 'http', host: 'logs.example', port });
    if (isAllowed) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'port_not_allowed' }));
  });

  it.each(['file', 'gopher', 'ftp', 'http:', ''])('refuses the scheme "%s"', (scheme) => {
    expect(() => publicOnly.check({ scheme, host: 'logs.example', port: 80 })).toThrow(
      expect.objectContaining({ code: 'scheme_not_allowed' }),
    );
  });

  it('tells nobody which inner address a name has', async () => {
    const guard = new SafeConnect({ schemes, allow: new NetworkList([]), lookup: resolvingTo(['10.1.2.3']) });
    await expect(guard.resolve({ scheme: 'http', host: 'a.example', port: 80 })).rejects.toThrow(/^(?!.*10\.1\.2\.3)/);
  });

  describe('with a network opened on purpose', () => {
    let server: Server;
    let port: number;
    let connections = 0;

    beforeAll(async () => {
      server = createServer((socket) => {
        connections += 1;
        socket.end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    });

    afterAll(() => {
      server.close();
    });

    it('connects there, and nowhere else', async () => {
      const allow = new NetworkList(['127.0.0.0/8']);
      const guard = new SafeConnect({ schemes, allow, lookup: resolvingTo(['127.0.0.1']) });
      const socket = connect(guard.socketOptions({ scheme: 'syslog+tcp', host: 'logs.example', port })).resume();
      await once(socket, 'close');
      expect(connections).toBe(1);
      expect(() => guard.check({ scheme: 'http', host: '10.0.0.1', port })).toThrow();
    });

    it('a name that rebinds after it was checked is refused when it is connected to', async () => {
      const guard = new SafeConnect({
        schemes,
        allow: new NetworkList([]),
        lookup: resolvingTo(['8.8.8.8'], ['127.0.0.1']),
      });
      const endpoint = { scheme: 'syslog+tcp', host: 'rebinding.example', port };
      await expect(guard.resolve(endpoint)).resolves.toMatchObject({ address: '8.8.8.8' });
      const [error] = await once(connect(guard.socketOptions(endpoint)), 'error').catch((caught: unknown) => [caught]);
      expect(error).toMatchObject({ code: 'address_not_allowed' });
      expect(connections).toBe(1);
    });
  });

  it('an HTTP request with these options is not led to another address by a redirect', async () => {
    let requests = 0;
    const server = createHttpServer((_request, response) => {
      requests += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const guard = new SafeConnect({ schemes, allow: new NetworkList(['loopback']) });
    const { port } = server.address() as AddressInfo;
    const outgoing = request({
      ...guard.socketOptions({ scheme: 'http', host: '127.0.0.1', port }),
      agent: new Agent(),
    }).end();
    const [response] = await once(outgoing, 'response');
    expect(response.resume().statusCode).toBe(302);
    expect(requests).toBe(1);
    server.close();
  });
});
