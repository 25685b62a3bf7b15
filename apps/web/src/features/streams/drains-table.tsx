import type { Schema } from '@logs-collector/api-client/client';
import { Ellipsis, Pause, Play, Send, Terminal, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { paths } from '../../app/paths.js';
import { type LogSource, paramsOf } from '../../components/streams/log-source.js';
import { Bytes } from '../../components/ui/amounts.js';
import { Menu } from '../../components/ui/menu.js';
import type { MenuChoice } from '../../components/ui/menu-choice.js';
import table from '../../components/ui/table.module.css';
import { DrainState } from './drain-state.js';
import styles from './streams.module.css';

export type Drain = Schema<'DrainView'>;
export type DrainAction = 'test' | 'pause' | 'delete';

export interface DrainsTableProps {
  readonly drains: readonly Drain[];
  /** Left out where the role does not allow it. */
  readonly onAction: ((action: DrainAction, drain: Drain) => void) | undefined;
}

/** Where the logs go, and how each of the receivers does. */
export function DrainsTable({ drains, onAction }: DrainsTableProps) {
  const { t, i18n } = useTranslation('streams');
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label={t('drains')}>
        <thead>
          <tr>
            <th scope="col">{t('source')}</th>
            <th scope="col">{t('receiver')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col" className={table.number}>
              {t('rate')}
            </th>
            <th scope="col" className={table.number}>
              {t('waiting')}
            </th>
            <th scope="col" className={table.number}>
              {t('dropped')}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t('actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {drains.map((drain) => (
            <tr key={drain.id}>
              <td data-label={t('source')} className={table.title}>
                <Link to={tailOf(drain)}>{drain.token}</Link>
              </td>
              <td data-label={t('receiver')}>
                <code>{drain.url}</code>
              </td>
              <td data-label={t('state')}>
                <DrainState state={drain.state} />
              </td>
              <td data-label={t('rate')} className={table.number} title={t('sent', { count: drain.state.sent })}>
                {t('per_second', { rate: number.format(drain.state.lines_per_second) })}
              </td>
              <td data-label={t('waiting')} className={table.number}>
                <span>
                  {number.format(drain.state.buffered_records)}
                  {drain.state.buffered_bytes > 0 && (
                    <small className={styles.quiet}>
                      {' '}
                      · <Bytes value={drain.state.buffered_bytes} />
                    </small>
                  )}
                </span>
              </td>
              <td data-label={t('dropped')} className={table.number}>
                {number.format(drain.state.dropped)}
              </td>
              <td className={table.actions}>
                <DrainMenu drain={drain} onAction={onAction} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DrainMenu({ drain, onAction }: { readonly drain: Drain } & Pick<DrainsTableProps, 'onAction'>) {
  const { t } = useTranslation('streams');
  const navigate = useNavigate();
  const watch: MenuChoice = {
    id: 'watch',
    text: t('watch'),
    icon: <Terminal aria-hidden />,
    onAction: () => void navigate(tailOf(drain)),
  };
  const managing: MenuChoice[] = onAction
    ? [
        { id: 'test', text: t('test'), icon: <Send aria-hidden />, onAction: () => onAction('test', drain) },
        {
          id: 'pause',
          text: t(drain.paused ? 'resume' : 'pause'),
          icon: drain.paused ? <Play aria-hidden /> : <Pause aria-hidden />,
          onAction: () => onAction('pause', drain),
        },
        { id: 'delete', text: t('delete'), icon: <Trash2 aria-hidden />, onAction: () => onAction('delete', drain) },
      ]
    : [];
  return (
    <div className={styles.rowActions}>
      <Menu
        label={t('actions_for', { source: drain.token, receiver: drain.url })}
        button={<Ellipsis aria-hidden />}
        choices={[watch, ...managing]}
      />
    </div>
  );
}

function tailOf({ app, space, site }: Drain): string {
  const source: LogSource | undefined =
    site !== null ? { kind: 'site', site } : app !== null && space !== null ? { kind: 'app', app, space } : undefined;
  return source ? `${paths.tail.href()}?${paramsOf(source)}` : paths.tail.href();
}
