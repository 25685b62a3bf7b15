import { useEffect } from 'react';

/** What the tab is called while this is shown; without a title it keeps its name. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Logs Collector`;
  }, [title]);
}
