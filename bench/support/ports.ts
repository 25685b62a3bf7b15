import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export async function waitForPort(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await delay(20);
  }
  throw new Error(`Nothing listens on port ${port}.`);
}
