import { useRouteError } from 'react-router-dom';
import { ProblemNotice } from '../components/problem-notice.js';

/** In place of a page that could not be shown. */
export function RouteError() {
  const error = useRouteError();
  return <ProblemNotice error={error} onRetry={() => window.location.reload()} />;
}
