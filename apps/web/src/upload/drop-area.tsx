import { FileUp, FolderUp, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.js';
import { DropZone } from '../components/ui/drop-zone.js';
import { FileTrigger } from '../components/ui/file-trigger.js';
import styles from './drop-area.module.css';
import type { Chosen } from './sources/chosen.js';

/** Phones let nobody choose a folder. */
const mayChooseFolder = 'webkitdirectory' in HTMLInputElement.prototype && !matchMedia('(pointer: coarse)').matches;

/** Where files and folders are dropped, pasted or chosen. */
export function DropArea({ onChoose }: { readonly onChoose: (chosen: Chosen) => void }) {
  const { t } = useTranslation('upload');
  const chooseFiles = (files: File[]): void => {
    if (files.length > 0) onChoose({ files });
  };
  return (
    <div className="no-print">
      <DropZone label={t('drop.label')} onDrop={(entries) => onChoose({ entries })} onPaste={chooseFiles}>
        <Upload aria-hidden className={styles.icon} />
        <p className={styles.invitation}>{t('drop.invitation')}</p>
        <div className={styles.buttons}>
          <FileTrigger onChoose={chooseFiles}>
            <Button variant="primary">
              <FileUp aria-hidden />
              {t('drop.files')}
            </Button>
          </FileTrigger>
          {mayChooseFolder && (
            <FileTrigger isFolder onChoose={chooseFiles}>
              <Button>
                <FolderUp aria-hidden />
                {t('drop.folder')}
              </Button>
            </FileTrigger>
          )}
        </div>
        <p className={styles.hint}>
          {mayChooseFolder && t('drop.hint_folder')} {t('drop.hint')}
        </p>
      </DropZone>
    </div>
  );
}
