import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort } from './free-port.js';
import { RunningProcess } from './running-process.js';

const node = (script: string) => new RunningProcess([process.execPath, '-e', script], {});

describe('A free port', () => {
  it('is given once, is none that the kernel would give away by itself, and can be listened on', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, freePort));
    expect(new Set(ports).size).toBe(50);
    for (const port of ports) expect(port).toBeLessThan(32_768);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(ports[0], '127.0.0.1', resolve));
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('A process that a test has started', () => {
  it('is waited for until it listens, and ends at the signal', async () => {
    const port = await freePort();
    const running = node(`require('net').createServer().listen(${port}, '127.0.0.1')`);
    await running.untilListening(port);
    expect(running.isRunning).toBe(true);
    await running.end();
    expect(running.child.signalCode).toBe('SIGTERM');
  });

  it('that ends instead of coming up says why, and can be ended once more', async () => {
    const running = node("console.error('no place for me'); process.exitCode = 3");
    await expect(running.until(() => false, 'a wonder')).rejects.toThrow(/a wonder.*\nno place for me/s);
    await running.end();
    expect(running.child.exitCode).toBe(3);
  });

  it('is gone when what it is asked for fails', async () => {
    const running = node('setInterval(() => undefined, 1_000)');
    const asked = running.until(() => Promise.reject(new Error('nobody there')), 'an answer');
    await expect(asked).rejects.toThrow('nobody there');
    expect(running.isRunning).toBe(false);
  });

  it('that there is no program for is told of, and nothing is waited for', async () => {
    const running = new RunningProcess(['/nowhere/program'], {});
    await expect(running.until(() => false, 'it')).rejects.toThrow('ENOENT');
  });
});
