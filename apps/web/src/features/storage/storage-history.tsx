import 'uplot/dist/uPlot.min.css';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { ProblemNotice } from '../../components/problem-notice.js';
import { NativeSelect } from '../../components/ui/native-select.js';
import { Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { historyQuery } from './api/get-history.js';
import { chartDataOf } from './chart-data.js';
import { DailyTable } from './daily-table.js';
import { forecastOf } from './forecast.js';
import styles from './storage.module.css';
import { useHistoryText } from './use-history-text.js';

const PERIODS = ['7', '30', '90', '366'] as const;
type Period = (typeof PERIODS)[number];
const USUAL: Period = '30';

/** The chart and its library, fetched for this page alone. */
const HistoryChart = lazy(() => import('./history-chart.js').then((module) => ({ default: module.HistoryChart })));

/** Use over time with a look ahead: as a chart, in words and as a table. */
export function StorageHistory({ isLimited }: { readonly isLimited: boolean }) {
  const { t } = useTranslation('storage');
  const [parameters, setParameters] = useSearchParams();
  const period = PERIODS.find((days) => days === parameters.get('days')) ?? USUAL;
  const history = useQuery(historyQuery(Number(period)));
  const samples = history.data ?? [];
  const forecast = forecastOf(samples);
  const text = useHistoryText(samples, forecast);

  const choose = (days: Period): void => setParameters(days === USUAL ? {} : { days }, { replace: true });
  const periods = (
    <NativeSelect
      label={t('period')}
      isFramed
      choices={PERIODS.map((id) => ({ id, text: t(`periods.${id}`) }))}
      value={period}
      onChange={choose}
    />
  );
  return (
    <Section title={t('history')} actions={periods}>
      {history.isPending && <Skeleton lines={8} />}
      {history.error && <ProblemNotice error={history.error} onRetry={() => void history.refetch()} />}
      {history.data && samples.length < 2 && (
        <p className={styles.quiet}>{t(isLimited ? 'history_too_short' : 'history_unlimited')}</p>
      )}
      {samples.length >= 2 && (
        <>
          <p>{text}</p>
          <Suspense fallback={<div className={styles.chart} />}>
            <HistoryChart data={chartDataOf(samples, forecast)} total={samples.at(-1)?.total ?? 0} label={text} />
          </Suspense>
          <DailyTable samples={samples} />
        </>
      )}
    </Section>
  );
}
