import type { Schema } from '@logs-collector/api-client/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { EMPTY_SOURCE, SourceFields, sourceOfDraft } from '../../components/streams/source-fields.js';
import { Button } from '../../components/ui/button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { Form } from '../../components/ui/form.js';
import { TextField } from '../../components/ui/text-field.js';
import { showToast } from '../../components/ui/toasts.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { useCreateDrain } from './api/create-drain.js';
import { isReceiverUrl } from './receiver-url.js';
import styles from './streams.module.css';

type TlsDraft = Required<Schema<'DrainTlsInput'>>;

const NO_TLS: TlsDraft = { ca_pem: '', certificate_pem: '', private_key_pem: '' };
const TLS_FIELDS = ['ca_pem', 'certificate_pem', 'private_key_pem'] as const;

/** One more place for the logs of an app or a site. */
export function NewDrainDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['streams', 'common']);
  const create = useCreateDrain();
  const [source, setSource] = useState(EMPTY_SOURCE);
  const [url, setUrl] = useState('');
  const [tls, setTls] = useState(NO_TLS);
  const given = TLS_FIELDS.filter((name) => tls[name].trim() !== '');
  const isEncrypted = /^(?:https|syslog\+tls):/i.test(url.trim());

  const submit = (): void => {
    const { kind: _, ...destination } = sourceOfDraft(source);
    const material = Object.fromEntries(given.map((name) => [name, `${tls[name].trim()}\n`]));
    create.mutate(
      { ...destination, url: url.trim(), ...(isEncrypted && given.length > 0 && { tls: material }) },
      {
        onSuccess: ({ token }) => {
          showToast({ text: t('created', { source: token }) });
          onClose();
        },
      },
    );
  };
  const problem = create.error;
  const ofUrl = problem instanceof ApiProblem && problem.code === 'drain_url_invalid' ? problem : undefined;
  return (
    <Dialog title={t('new')} isOpen onClose={onClose}>
      <Form errors={ofUrl && { url: ofUrl.detail }} onSubmit={submit}>
        <SourceFields value={source} onChange={setSource} autoFocus />
        <TextField
          name="url"
          label={t('url')}
          description={t('url_help')}
          placeholder="syslog+tls://logs.example.com:6514"
          value={url}
          onChange={setUrl}
          isRequired
          maxLength={2_048}
          validate={(text) => (isReceiverUrl(text.trim()) ? null : t('url_wrong'))}
          isMono
          autoComplete="off"
          spellCheck="false"
        />
        {isEncrypted && (
          <details className={styles.certificates}>
            <summary>{t('tls.title')}</summary>
            <p className={styles.quiet}>{t('tls.text')}</p>
            {TLS_FIELDS.map((name) => (
              <TextField
                key={name}
                label={t(`tls.${name}`)}
                description={t(`tls.${name}_help`)}
                rows={3}
                value={tls[name]}
                onChange={(text) => setTls({ ...tls, [name]: text })}
                isMono
                spellCheck="false"
              />
            ))}
          </details>
        )}
        {problem && !ofUrl && <ProblemNotice error={problem} />}
        <DialogActions>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" variant="primary" isPending={create.isPending}>
            {t('create')}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
