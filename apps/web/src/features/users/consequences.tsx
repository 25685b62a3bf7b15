import { useTranslation } from 'react-i18next';
import styles from './users.module.css';

const LINES = {
  deactivate: ['deactivate.sessions', 'deactivate.keys', 'deactivate.tickets', 'deactivate.undo'],
  reactivate: ['reactivate.login', 'reactivate.keys'],
  reset: ['reset.both', 'reset.sessions', 'reset.link', 'reset.undo'],
  invite: ['invite.link', 'invite.earlier'],
} as const;

/** What an action will do, line by line, before it is done. */
export function Consequences({ of }: { readonly of: keyof typeof LINES }) {
  const { t } = useTranslation('users');
  return (
    <ul className={styles.lines}>
      {LINES[of].map((line) => (
        <li key={line}>{t(line)}</li>
      ))}
    </ul>
  );
}
