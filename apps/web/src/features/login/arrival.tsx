import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router-dom';
import { Enrolment } from '../../components/credentials/enrolment.js';
import { StepHeading } from '../../components/credentials/step-heading.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { chooseLanguage } from '../../i18n/i18n.js';
import { isServerPath, START } from '../../lib/next-address.js';
import { meQuery, needsSecondFactor } from '../account/api/get-me.js';

/** From a login that went well to where its person wanted to go, over the second factor where none is set up. */
export function Arrival({ next }: { readonly next: string }) {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  const locale = me.data?.locale;
  useEffect(() => {
    if (locale) void chooseLanguage(locale);
  }, [locale]);
  const [isPostponed, setPostponed] = useState(false);
  // Holds the screen with the recovery codes, as enrolling changes what `me` says.
  const [isEnrolling, setEnrolling] = useState<boolean>();

  if (me.isPending) return <Skeleton />;
  if (!me.data) return <ProblemNotice error={me.error} onRetry={() => void me.refetch()} />;
  const { username, two_factor } = me.data;
  const isOffered = isEnrolling ?? (!two_factor.enrolled && two_factor.may_enrol);
  if (!isOffered || isPostponed) return <Onward next={next} />;
  const enrolled = async (): Promise<void> => {
    await queries.invalidateQueries(meQuery);
    setEnrolling(false);
  };
  return (
    <Enrolment
      level={1}
      username={username}
      onDone={() => void enrolled()}
      {...(!needsSecondFactor(me.data) && { onLater: () => setPostponed(true) })}
    />
  );
}

function Onward({ next }: { readonly next: string }) {
  const { t } = useTranslation('login');
  const isLeaving = isServerPath(next);
  useEffect(() => {
    if (isLeaving) window.location.assign(next);
  }, [isLeaving, next]);
  if (!isLeaving) return <Navigate to={next} replace />;
  // A download leaves this page where it is.
  return (
    <>
      <StepHeading level={1}>{t('download.title')}</StepHeading>
      <p>{t('download.text')}</p>
      <p>
        <a href={next}>{t('download.again')}</a>
      </p>
      <div>
        <LinkButton to={START}>{t('to_tickets')}</LinkButton>
      </div>
    </>
  );
}
