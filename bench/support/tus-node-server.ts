import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

// The peer as a process of its own: node support/tus-node-server.ts <directory> <port>
const [directory = '', port = ''] = process.argv.slice(2);
new Server({ path: '/files', datastore: new FileStore({ directory }) }).listen({
  host: '127.0.0.1',
  port: Number(port),
});
