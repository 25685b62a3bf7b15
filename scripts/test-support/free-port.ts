import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ListenOptions } from 'node:net';

/**
 * Below the ports that the kernel itself gives away, to whoever connects somewhere or listens on any port (Linux: from
 * 32768 on, net.ipv4.ip_local_port_range): one of those may be taken by the time that a program wants to listen on it, or
 * while it is started again.
 */
const FIRST_PORT = 20_000;
const END_PORT = 32_768;

/**
 * A port of loopback that is free and stays so, for programs whose address has to be known before they listen: until this
 * process ends, nobody else who asks here gets it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, END_PORT);
    if ((await isOurs(port)) && (await isFree(port))) return port;
  }
}

/** Keeps other processes from the same port, by a name that the kernel forgets together with this process. */
async function isOurs(port: number): Promise<boolean> {
  // Elsewhere there are no names without files; that two draw the same port in the same second is unlikely enough.
  if (process.platform !== 'linux') return true;
  const claim = createServer();
  const isClaimed = await listens(claim, { path: `\0logs-collector-tests-${port}` });
  claim.unref();
  return isClaimed;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  if (!(await listens(server, { port, host: '127.0.0.1' }))) return false;
  server.close();
  await once(server, 'close');
  return true;
}

async function listens(server: ReturnType<typeof createServer>, options: ListenOptions): Promise<boolean> {
  try {
    await once(server.listen(options), 'listening');
    return true;
  } catch {
    return false;
  }
}
