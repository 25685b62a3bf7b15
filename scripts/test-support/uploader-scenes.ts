import { TcpProxy } from '../../e2e/support/tcp-proxy.js';
import type { ReferenceServer } from './reference-server.js';
import { type Shell, shells, startServer } from './uploader-run.js';

export interface Scene {
  shell: Shell;
  server: ReferenceServer;
  proxy: TcpProxy;
}

export const present = shells();

/** The same story for every shell at the same time, each with a server and a line of its own. */
export function everywhere(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return async () => {
    const played = present.map(async (shell) => {
      const server = await startServer();
      const proxy = await new TcpProxy(server.port).start();
      try {
        await body({ shell, server, proxy });
      } catch (error) {
        throw new Error(`run by ${shell.name}`, { cause: error });
      } finally {
        await proxy.stop();
        await server.stop();
      }
    });
    const failed = (await Promise.allSettled(played)).filter((one) => one.status === 'rejected');
    if (failed[0]) throw failed[0].reason;
  };
}
