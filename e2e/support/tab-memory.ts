import { readFileSync } from 'node:fs';
import type { Browser } from '@playwright/test';

const PERIOD_MS = 500;

/** Memory of the processes that run the browser's pages, in bytes, without the program that they share. Linux. */
export async function tabBytes(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => ownBytes(id))
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** Looks twice a second until it is asked for the most that it saw. */
export function watchTabMemory(browser: Browser): { most(): Promise<number> } {
  let most = 0;
  const look = async (): Promise<void> => {
    most = Math.max(most, await tabBytes(browser));
  };
  const timer = setInterval(() => void look().catch(() => undefined), PERIOD_MS);
  return {
    most: async () => {
      clearInterval(timer);
      await look();
      return most;
    },
  };
}

/** 0 for a process that has ended meanwhile. */
function ownBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)].map(([, number]) => Number(number));
    return kilobytes.reduce((sum, number) => sum + number, 0) * 1_024;
  } catch {
    return 0;
  }
}
