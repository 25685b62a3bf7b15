import { useQuery } from '@tanstack/react-query';
import { shuttleStatusQuery } from '../../components/streams/get-shuttle-status.js';
import { accessOf } from '../../lib/access.js';
import { useMe } from '../account/api/get-me.js';

/** Whether archives can be sent into drains: a log shuttle is set up, and the role allows it, at once or after a code. */
export function useCanReplay(): boolean {
  const access = accessOf(useMe(), 'replay.manage');
  const isOffered = access === 'open' || access === 'code';
  const status = useQuery({ ...shuttleStatusQuery, enabled: isOffered, refetchInterval: false });
  return isOffered && status.data !== undefined && status.data.state !== 'not_configured';
}
