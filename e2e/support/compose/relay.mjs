// Runs in the network of a project: carries connections from a socket that is a file to an address in there.
//
//   node relay.mjs <socket> <host> <port>

import { connect, createServer } from 'node:net';

const [socket, host, port] = process.argv.slice(2);
createServer({ allowHalfOpen: true }, (outside) => {
  const inner = connect({ host, port: Number(port), allowHalfOpen: true });
  outside.pipe(inner).pipe(outside);
  outside.on('error', () => inner.destroy());
  inner.on('error', () => outside.destroy());
}).listen(socket, () => console.log('ready'));
