import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Skeleton } from '../components/ui/skeleton.js';
import { Frame } from './frame.js';
import { LinkRoom } from './link/link-room.js';
import { storedToken, storeToken, takeTokenFromAddress } from './token/token-store.js';
import { readTokenText } from './token/token-text.js';

const TokenForm = lazy(() => import('./token/token-form.js').then((module) => ({ default: module.TokenForm })));

/** With which token somebody is here, or what they gave instead of one. */
interface Entry {
  readonly token: string | undefined;
  readonly text: string;
  /** Another one for the same token: it is asked about again. */
  readonly time: number;
}

function entryOf(opened: string | undefined): Entry {
  if (opened === undefined) return { token: storedToken(), text: '', time: 0 };
  const read = readTokenText(opened);
  return read.kind === 'token' ? { token: read.token, text: '', time: 0 } : { token: undefined, text: opened, time: 0 };
}

/** The customer's page: one task and no furniture. `opened` is what stood behind the # of the address. */
export function UploadPage({ opened }: { readonly opened: string | undefined }) {
  const { t } = useTranslation('upload');
  const [entry, setEntry] = useState(() => entryOf(opened));

  useEffect(() => {
    // Another link pasted into the same tab changes no more than the fragment, and loads nothing.
    const followAddress = (): void => {
      const text = takeTokenFromAddress();
      if (text !== undefined) setEntry(entryOf(text));
    };
    window.addEventListener('hashchange', followAddress);
    return () => window.removeEventListener('hashchange', followAddress);
  }, []);

  const enter = (token: string): void => {
    storeToken(token);
    setEntry(({ time }) => ({ token, text: '', time: time + 1 }));
  };
  const form = (
    <Suspense fallback={<Skeleton lines={2} />}>
      <TokenForm text={entry.token ?? entry.text} onToken={enter} />
    </Suspense>
  );
  if (entry.token !== undefined)
    return <LinkRoom key={`${entry.time} ${entry.token}`} token={entry.token} tokenForm={form} />;
  return (
    <Frame title={t('title')}>
      <p>{t('token.why')}</p>
      {form}
    </Frame>
  );
}
