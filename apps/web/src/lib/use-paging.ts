import { useLocation, useNavigate, useSearchParams } from 'react-router-dom';
import { FIRST, type Place, placeOf, setPlace } from './paging.js';

export const PAGE_SIZE = 50;

function isPlaces(state: unknown): state is { readonly before: readonly Place[] } {
  return typeof state === 'object' && state !== null && 'before' in state && Array.isArray(state.before);
}

/** Cursors lead forward only: the pages before this one are remembered with the entry of the history. */
export function usePaging(nextCursor: string | undefined) {
  const [params] = useSearchParams();
  const { state } = useLocation();
  const navigate = useNavigate();
  const place = placeOf(params);
  const before = isPlaces(state) ? state.before : [];
  const go = (to: Place, remembered: readonly Place[]): void => {
    const target = new URLSearchParams(params);
    setPlace(target, to);
    void navigate({ search: target.toString() }, { state: { before: remembered } });
    window.scrollTo({ top: 0 });
  };
  return {
    page: place.page,
    pageSize: PAGE_SIZE,
    // After a reload of a later page the way back is the first one.
    onPrevious: place.cursor === undefined ? undefined : () => go(before.at(-1) ?? FIRST, before.slice(0, -1)),
    onNext:
      nextCursor === undefined ? undefined : () => go({ page: place.page + 1, cursor: nextCursor }, [...before, place]),
  };
}
