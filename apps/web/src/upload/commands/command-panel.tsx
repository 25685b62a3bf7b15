import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/ui/copy-button.js';
import { TextField } from '../../components/ui/text-field.js';
import { askingCommand, curlCommand, scriptCommand } from './command-lines.js';
import styles from './commands.module.css';

const EXAMPLE = '/var/log/app.log';

/** The commands, ready to paste, for the file that is named. */
export function CommandPanel({ token }: { readonly token: string }) {
  const { t } = useTranslation('upload');
  const [file, setFile] = useState(EXAMPLE);
  const path = file.trim() || EXAMPLE;
  const commands = [
    ['script', scriptCommand(location.origin, token, path)],
    ['asking', askingCommand(location.origin, path)],
    ['curl', curlCommand(location.origin, token, path)],
  ] as const;
  return (
    <div className={styles.panel}>
      <TextField label={t('commands.file')} value={file} onChange={setFile} isMono spellCheck="false" />
      {commands.map(([id, command]) => (
        <div key={id} className={styles.command}>
          <p>{t(`commands.${id}`)}</p>
          <div className={styles.line}>
            <pre>
              <code>{command}</code>
            </pre>
            <CopyButton text={command} label={t('commands.copy')} variant="secondary" />
          </div>
        </div>
      ))}
    </div>
  );
}
