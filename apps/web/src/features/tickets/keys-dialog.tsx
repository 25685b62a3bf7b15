import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/ui/dialog.js';
import styles from './keys-dialog.module.css';

const KEYS = [
  [['⌘K', 'Ctrl K'], 'palette'],
  [['c'], 'new'],
  [['/'], 'search'],
  [['j'], 'next'],
  [['k'], 'previous'],
  [['o', 'Enter'], 'open'],
  [['x'], 'select'],
  [['r'], 'resolve'],
  [['u'], 'undo'],
  [['y'], 'copy'],
  [['e'], 'edit'],
  [['d'], 'download'],
  [['?'], 'help'],
] as const;

/** Every key and what it does. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('tickets');
  return (
    <Dialog title={t('keys.title')} isOpen onClose={onClose}>
      <dl className={styles.keys}>
        {KEYS.map(([keys, name]) => (
          <div key={name}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
