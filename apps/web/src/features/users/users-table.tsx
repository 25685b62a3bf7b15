import type { Schema } from '@logs-collector/api-client/client';
import { Ellipsis, KeyRound, type LucideIcon, MonitorSmartphone, Send, UserCheck, UserCog, UserX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Time } from '../../components/ui/amounts.js';
import { Badge } from '../../components/ui/badge.js';
import { Menu } from '../../components/ui/menu.js';
import table from '../../components/ui/table.module.css';
import { actionsFor, stateOf, type UserAction } from './user-state.js';
import styles from './users.module.css';

type User = Schema<'UserView'>;

const STATUS = { active: 'success', invited: 'info', unprotected: 'warning', deactivated: 'danger' } as const;

const ICONS: Readonly<Record<UserAction, LucideIcon>> = {
  role: UserCog,
  sessions: MonitorSmartphone,
  invite: Send,
  reset: KeyRound,
  deactivate: UserX,
  reactivate: UserCheck,
};

export interface UsersTableProps {
  readonly users: readonly User[];
  /** The name of whoever is looking. */
  readonly own: string;
  readonly onAction: (action: UserAction, user: User) => void;
}

export function UsersTable({ users, own, onAction }: UsersTableProps) {
  const { t } = useTranslation('users');
  const choicesOf = (user: User) =>
    actionsFor(user).map((action) => {
      const Icon = ICONS[action];
      return {
        id: action,
        text: t(`actions.${action}`),
        icon: <Icon aria-hidden />,
        onAction: () => onAction(action, user),
      };
    });
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label={t('title')}>
        <thead>
          <tr>
            <th scope="col">{t('username')}</th>
            <th scope="col">{t('role')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col">{t('last_login')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('actions.title')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <td data-label={t('username')} className={table.title}>
                <span className={styles.identity}>
                  <span>{user.username === own ? t('you', { name: user.username }) : user.username}</span>
                  {user.display_name && <span className={styles.quiet}>{user.display_name}</span>}
                </span>
              </td>
              <td data-label={t('role')}>{t(`roles.${user.role}`)}</td>
              <td data-label={t('state')}>
                <Badge status={STATUS[stateOf(user)]}>{t(`states.${stateOf(user)}`)}</Badge>
              </td>
              <td data-label={t('last_login')}>
                {user.last_login_at ? <Time value={user.last_login_at} /> : t('never')}
              </td>
              <td className={table.actions}>
                <div className={styles.rowActions}>
                  <Menu
                    label={t('actions.of', { name: user.username })}
                    button={<Ellipsis aria-hidden />}
                    choices={choicesOf(user)}
                  />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
