// Counts lines over TCP (newline framing) and HTTP (Logplex), and says on standard output how many it has. Besides, a port
// takes connections and never reads from them.
//
//   node line-sink.ts <milliseconds before an HTTP answer>

import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';

const delayMs = Number(process.argv[2] ?? 0);
const NEWLINE = 0x0a;
let lines = 0;

const tcp = createServer((socket) => {
  socket
    .on('error', () => undefined)
    .on('data', (chunk) => {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    });
});
const http = createHttpServer((request, response) => {
  request.resume().on('end', () => {
    lines += Number(request.headers['logplex-msg-count']);
    setTimeout(() => response.writeHead(204).end(), delayMs);
  });
});
const stalled = createServer({ pauseOnConnect: true }, (socket) => socket.on('error', () => undefined));
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
await Promise.all(
  [tcp, http, stalled].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
);
console.log(JSON.stringify({ tcp: portOf(tcp), http: portOf(http), stalled: portOf(stalled) }));
setInterval(() => console.log(JSON.stringify({ lines })), 20);
