import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Navigate, useLocation } from 'react-router-dom';
import { ProblemNotice } from '../components/problem-notice.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { meQuery, needsSecondFactor } from '../features/account/api/get-me.js';
import { ApiProblem } from '../lib/api-problem.js';
import { onLogoutElsewhere } from '../lib/login-channel.js';
import { paths } from './paths.js';
import { Shell } from './shell.js';

const LoginEndedDialog = lazy(() =>
  import('../features/login/login-ended-dialog.js').then((module) => ({ default: module.LoginEndedDialog })),
);

/** The workbench for those who are logged in; the login for everybody else, which continues here. */
export function RequireLogin() {
  const { pathname, search } = useLocation();
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  useEffect(() => onLogoutElsewhere(() => void queries.invalidateQueries(meQuery)), [queries]);
  const isLoggedOut = me.error instanceof ApiProblem && me.error.status === 401;
  if (me.isPending) return <Skeleton />;
  if (!me.data) {
    if (!isLoggedOut) return <ProblemNotice error={me.error} onRetry={() => void me.refetch()} />;
    return <Navigate to={paths.login.href(pathname === '/' && !search ? undefined : pathname + search)} replace />;
  }
  if (needsSecondFactor(me.data) && pathname !== paths.account.href()) {
    return <Navigate to={`${paths.account.href()}?second-factor=enrol`} replace />;
  }
  return (
    <>
      <Shell />
      {/* A login that ran out meanwhile: the page stays, with all that was typed into it. */}
      <Suspense fallback={null}>{isLoggedOut && <LoginEndedDialog username={me.data.username} />}</Suspense>
    </>
  );
}
