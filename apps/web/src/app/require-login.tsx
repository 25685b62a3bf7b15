import { useQuery } from '@tanstack/react-query';
import { Navigate, useLocation } from 'react-router-dom';
import { ProblemNotice } from '../components/problem-notice.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { meQuery } from '../features/account/api/get-me.js';
import { ApiProblem } from '../lib/api-problem.js';
import { paths } from './paths.js';
import { Shell } from './shell.js';

/** The workbench for those who are logged in; the login for everybody else, which continues here. */
export function RequireLogin() {
  const { pathname, search } = useLocation();
  const me = useQuery(meQuery);
  if (me.isPending) return <Skeleton />;
  if (me.error instanceof ApiProblem && me.error.status === 401) {
    return <Navigate to={paths.login.href(pathname === '/' && !search ? undefined : pathname + search)} replace />;
  }
  if (!me.data) return <ProblemNotice error={me.error} onRetry={() => void me.refetch()} />;
  return <Shell />;
}
