// Counts lines over TCP (newline framing) and HTTP (Logplex), and says on standard output how many it has.
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
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
tcp.listen(0, '127.0.0.1', () =>
  http.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ tcp: portOf(tcp), http: portOf(http) }))),
);
setInterval(() => console.log(JSON.stringify({ lines })), 20);
