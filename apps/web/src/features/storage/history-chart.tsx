import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type uPlot from 'uplot';
import { formatBytes, formatExactTime, formatPercent } from '../../lib/format.js';
import type { ChartData } from './chart-data.js';
import { drawChart } from './draw-chart.js';
import styles from './storage.module.css';

export interface HistoryChartProps {
  readonly data: ChartData;
  readonly total: number;
  /** What the chart shows, in words. */
  readonly label: string;
}

/** Use over time. What a mouse finds out here, the table below says to everybody. */
export function HistoryChart({ data, total, label }: HistoryChartProps) {
  const { t, i18n } = useTranslation('storage');
  const container = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef({ data, total });
  const [pointedAt, setPointedAt] = useState<number | null>(null);

  // Made anew for another language, whose words it writes; new data only redraws it.
  useEffect(() => {
    if (!container.current) return undefined;
    const { chart, remove } = drawChart(container.current, {
      ...latest.current,
      language: i18n.language,
      onPoint: setPointedAt,
    });
    plot.current = chart;
    return remove;
  }, [i18n.language]);
  useEffect(() => {
    if (latest.current.data === data && latest.current.total === total) return;
    latest.current = { data, total };
    plot.current?.setData(data);
  }, [data, total]);

  const [times, used, expected] = data;
  const time = pointedAt === null ? undefined : times[pointedAt];
  const value = pointedAt === null ? undefined : (used[pointedAt] ?? expected[pointedAt]);
  const isForecast = pointedAt !== null && used[pointedAt] === null;
  return (
    <div>
      <div ref={container} className={styles.chart} role="img" aria-label={label} />
      <p className={styles.readout} aria-hidden>
        {time !== undefined &&
          typeof value === 'number' &&
          t(isForecast ? 'point_forecast' : 'point', {
            time: formatExactTime(new Date(time * 1_000).toISOString(), i18n.language),
            size: formatBytes(value, i18n.language),
            share: formatPercent(total === 0 ? 0 : value / total, i18n.language),
          })}
      </p>
      <ul className={styles.legend}>
        <li>
          <span className={styles.line} />
          {t('used')}
        </li>
        <li>
          <span className={`${styles.line} ${styles.lineForecast}`} />
          {t('forecast')}
        </li>
        <li>
          <span className={`${styles.line} ${styles.lineWarning}`} />
          {t('status.warning')}
        </li>
        <li>
          <span className={`${styles.line} ${styles.lineCritical}`} />
          {t('status.critical')}
        </li>
      </ul>
    </div>
  );
}
