import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { Skeleton } from '../../components/ui/skeleton.js';
import { safeNext } from '../../lib/next-address.js';
import { meQuery } from '../account/api/get-me.js';
import { Arrival } from './arrival.js';
import { FrontPage } from './front-page.js';
import { LoginForm } from './login-form.js';

/**
 * Logs in and continues where somebody wanted to go. Who is logged in already continues at once: a link in another
 * site's page leads here without cookies, as SameSite=Strict has it, whether or not there are any.
 */
export function LoginPage() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const next = safeNext(parameters.get('next'), window.location.origin);
  const queries = useQueryClient();
  const me = useQuery({ ...meQuery, retry: false, retryOnMount: false });
  const [isLoggedIn, setLoggedIn] = useState(false);
  const arrive = async (): Promise<void> => {
    // What was read with another login is not for this one.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] });
    await queries.resetQueries(meQuery);
    setLoggedIn(true);
  };
  return (
    <FrontPage title={t('pages.login')}>
      {me.isPending && !isLoggedIn ? (
        <Skeleton />
      ) : isLoggedIn || me.data ? (
        <Arrival next={next} />
      ) : (
        <LoginForm level={1} onLoggedIn={() => void arrive()} />
      )}
    </FrontPage>
  );
}
