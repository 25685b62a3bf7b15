import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { NetworkList } from '@logs-collector/runtime/network-list';
import { edgeErrors } from './edge.errors.js';
import { rawProblem } from './raw-problem.js';

/** Holds every client address to so many connections. Trusted proxies carry many clients and are exempt. */
export function limitSocketsPerClient(server: Server, limit: number, trusted: NetworkList): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress;
    if (address === undefined || trusted.includes(address)) return;
    const count = open.get(address) ?? 0;
    if (count >= limit) {
      socket.write(rawProblem(edgeErrors.tooManyConnections()));
      socket.destroySoon();
      return;
    }
    open.set(address, count + 1);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
