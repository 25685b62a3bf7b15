import { useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '../../lib/api-problem.js';
import { type Offer, readOffer, readRefusal } from '../customer-api.js';
import { type ClosedReason, closedReason, isDoubtful } from './closed-reason.js';

export type LinkState =
  | { readonly kind: 'checking' }
  /** A link of ours; `closed` says why nothing more may be sent. */
  | { readonly kind: 'known'; readonly offer: Offer; readonly closed: ClosedReason | undefined }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'too_many_requests' | 'unreachable'; readonly askAgainAt: number }
  | { readonly kind: 'failing'; readonly problem: ApiProblem };

const ASK_AGAIN_MS = 10_000;

let early: { readonly token: string; readonly answer: Promise<LinkState> } | undefined;

/** Asks about a token while the page's texts are still on their way: what it shows first needs both. */
export function askEarly(token: string): void {
  early = { token, answer: readLink(token) };
}

function answerFor(token: string): Promise<LinkState> {
  const answer = early?.token === token ? early.answer : readLink(token);
  early = undefined;
  return answer;
}

/** What the server says of a token; asks again by itself while it cannot be reached. */
export function useLink(token: string): { readonly link: LinkState; readonly refresh: () => void } {
  const [link, setLink] = useState<LinkState>({ kind: 'checking' });

  const refresh = useCallback((): void => {
    void answerFor(token).then((answer) => {
      // What is known of a link does not get lost with the line.
      setLink((before) => (before.kind === 'known' && answer.kind !== 'known' ? before : answer));
    });
  }, [token]);

  useEffect(refresh, [refresh]);

  const askAgainAt = 'askAgainAt' in link ? link.askAgainAt : undefined;
  useEffect(() => {
    if (askAgainAt === undefined) return undefined;
    const timer = setTimeout(refresh, askAgainAt - Date.now());
    window.addEventListener('online', refresh);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', refresh);
    };
  }, [askAgainAt, refresh]);

  return { link, refresh };
}

async function readLink(token: string): Promise<LinkState> {
  try {
    const offer = await readOffer(token);
    const refusal = isDoubtful(offer, Date.now()) ? await readRefusal(token) : undefined;
    return { kind: 'known', offer, closed: closedReason(offer, refusal) };
  } catch (error) {
    if (!(error instanceof ApiProblem)) return { kind: 'unreachable', askAgainAt: Date.now() + ASK_AGAIN_MS };
    const askAgainAt = Date.now() + (error.retryAfterSeconds ?? 0) * 1_000 + ASK_AGAIN_MS;
    if (error.status === 403 || error.status === 401) return { kind: 'wrong' };
    if (error.status === 429) return { kind: 'too_many_requests', askAgainAt };
    if (error.status >= 500) return { kind: 'unreachable', askAgainAt };
    return { kind: 'failing', problem: error };
  }
}
