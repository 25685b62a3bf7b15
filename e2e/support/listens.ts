import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 10_000;

/** Whether a program listens on a port of loopback before it ends or the time is over. */
export async function listens(child: ChildProcess, port: number): Promise<boolean> {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await delay(20)) {
    if (child.exitCode !== null) return false;
    if (await answers(port)) return true;
  }
  return false;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
