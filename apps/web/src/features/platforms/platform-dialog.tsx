import type { Schema } from '@logs-collector/api-client/client';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditConflict } from '../../components/edit-conflict.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { TextField } from '../../components/ui/text-field.js';
import { showToast } from '../../components/ui/toasts.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { useCreatePlatform } from './api/create-platform.js';
import { useEditPlatform } from './api/edit-platform.js';
import { getPlatform } from './api/get-platform.js';
import styles from './platforms.module.css';
import { SLUG, slugOf } from './slug.js';

type Platform = Schema<'PlatformView'>;

export interface PlatformDialogProps {
  /** The one to edit; without it a new one is made. */
  readonly platform?: Platform;
  readonly onClose: () => void;
}

export function PlatformDialog({ platform, onClose }: PlatformDialogProps) {
  const { t } = useTranslation(['platforms', 'common']);
  const create = useCreatePlatform();
  const edit = useEditPlatform();
  const [prettyName, setPrettyName] = useState(platform?.pretty_name ?? '');
  const [typedName, setTypedName] = useState(platform?.name);
  /** What somebody else has saved meanwhile. */
  const [theirs, setTheirs] = useState<Platform>();
  const name = typedName ?? slugOf(prettyName);

  const saved = (): void => {
    showToast({ text: t(platform ? 'saved' : 'created', { name: prettyName }) });
    onClose();
  };
  const refused = (error: Error): void => {
    if (platform && error instanceof ApiProblem && error.code === 'precondition_failed')
      getPlatform(platform.id).then(setTheirs, () => undefined);
  };
  const save = (version: number | undefined): void => {
    const body = { name, pretty_name: prettyName.trim() };
    if (platform && version !== undefined)
      edit.mutate({ id: platform.id, version, body }, { onSuccess: saved, onError: refused });
    else create.mutate(body, { onSuccess: saved });
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    save((theirs ?? platform)?.version);
  };
  const takeTheirs = (current: Platform): void => {
    setPrettyName(current.pretty_name);
    setTypedName(current.name);
    edit.reset();
  };

  const isConflict = theirs !== undefined && edit.isError;
  const problem = create.error ?? (isConflict ? null : edit.error);
  return (
    <Dialog title={platform ? t('edit', { name: platform.pretty_name }) : t('new')} isOpen onClose={onClose}>
      <form onSubmit={submit} className={styles.form}>
        <TextField
          label={t('pretty_name')}
          description={t('pretty_name_help')}
          value={prettyName}
          onChange={setPrettyName}
          isRequired
          maxLength={150}
          validate={(value) => (value.trim() ? null : t('pretty_name_missing'))}
          autoFocus
        />
        <TextField
          label={t('name')}
          description={t(platform ? 'name_help_edit' : 'name_help')}
          value={name}
          onChange={setTypedName}
          isRequired
          maxLength={50}
          validate={(value) => (SLUG.test(value) ? null : t('name_wrong'))}
          isMono
          spellCheck="false"
          autoComplete="off"
        />
        {isConflict && (
          <EditConflict
            title={t('conflict')}
            theirs={<Names name={theirs.name} pretty_name={theirs.pretty_name} />}
            mine={<Names name={name} pretty_name={prettyName} />}
            onKeepMine={() => save(theirs.version)}
            onTakeTheirs={() => takeTheirs(theirs)}
          />
        )}
        {problem && <ProblemNotice error={problem} />}
        <DialogActions>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button
            type="submit"
            variant="primary"
            isDisabled={isConflict}
            isPending={create.isPending || edit.isPending}
          >
            {platform ? t('common:save') : t('create')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Names({ name, pretty_name: prettyName }: Pick<Platform, 'name' | 'pretty_name'>) {
  return (
    <>
      {prettyName} · <code>{name}</code>
    </>
  );
}
