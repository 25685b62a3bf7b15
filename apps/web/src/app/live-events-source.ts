import { sessionFetch } from '../lib/session-fetch.js';

const EVENTS = '/api/v1/events';
const ME = '/api/v1/auth/me';
const NAME = 'live-events';
const TYPES = [
  ...['ticket.created', 'ticket.changed', 'ticket.deleted'],
  ...['upload.started', 'upload.progress', 'archive.received', 'archive.deleted', 'reset'],
  ...['capture.started', 'capture.progress', 'capture.ended', 'replay.started', 'replay.progress', 'replay.ended'],
] as const;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** As it goes from the tab that has the stream to the others. */
interface Message {
  readonly type: string;
  readonly data: string;
}

type Listener = (message: Message) => void;

const RESET: Message = { type: 'reset', data: '{}' };

/**
 * The stream of this very tab. A browser continues a stream that broke by itself; where it gives up, as when the login's
 * access has run out, a new stream is begun after longer and longer waits. `isFollowing`: something may have been missed
 * before.
 */
function openStream(listener: Listener, isFollowing: boolean): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isEnded = false;
  let wait = FIRST_WAIT_MS;
  let mayHaveMissed = isFollowing;

  const again = async (): Promise<void> => {
    // Renews the session if that is what is missing, and only then.
    await sessionFetch(new Request(ME)).catch(() => undefined);
    if (!isEnded) open();
  };
  const againSoon = (): void => {
    // Not at once: a stream also breaks because its page is being left, and a renewal whose answer nobody receives would
    // end the login. And apart from each other, so that a server that comes back is not met by all tabs together.
    timer = setTimeout(() => void again(), wait * (0.5 + Math.random()));
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  };
  const open = (): void => {
    const stream = new EventSource(EVENTS);
    source = stream;
    for (const type of TYPES) {
      stream.addEventListener(type, ({ data }: MessageEvent<string>) => listener({ type, data }));
    }
    stream.addEventListener('open', () => {
      wait = FIRST_WAIT_MS;
      if (mayHaveMissed) listener(RESET);
      mayHaveMissed = false;
    });
    stream.addEventListener('error', () => {
      if (stream.readyState !== EventSource.CLOSED) return;
      mayHaveMissed = true;
      againSoon();
    });
  };
  open();
  return () => {
    isEnded = true;
    clearTimeout(timer);
    source?.close();
  };
}

/**
 * One stream for all tabs of this browser: who holds the lock has it and passes on what comes; when that tab closes, the
 * next one takes over. Without locks (plain http) each tab has its own.
 */
export function listenToEvents(listener: Listener): () => void {
  if (!('locks' in navigator)) return openStream(listener, false);
  const others = new BroadcastChannel(NAME);
  const ended = new AbortController();
  others.addEventListener('message', ({ data }: MessageEvent<Message>) => listener(data));
  const tellAll: Listener = (message) => {
    listener(message);
    others.postMessage(message);
  };
  const lead = (isFollowing: boolean): Promise<void> => {
    const close = openStream(tellAll, isFollowing);
    return new Promise((resolve) => {
      ended.signal.addEventListener('abort', () => {
        close();
        resolve();
      });
    });
  };
  const takeTurn = async (): Promise<void> => {
    const isFirst = await navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
      if (lock && !ended.signal.aborted) await lead(false);
      return lock !== null;
    });
    if (isFirst || ended.signal.aborted) return;
    await navigator.locks.request(NAME, { signal: ended.signal }, () => lead(true));
  };
  // Giving up the wait for a turn is an error to the lock manager only.
  takeTurn().catch(() => undefined);
  return () => {
    ended.abort();
    others.close();
  };
}
