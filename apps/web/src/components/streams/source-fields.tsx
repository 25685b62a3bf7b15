import { useTranslation } from 'react-i18next';
import { NativeSelect } from '../ui/native-select.js';
import { TextField } from '../ui/text-field.js';
import { type LogSource, NAME } from './log-source.js';
import styles from './source-fields.module.css';

const KINDS = ['app', 'site'] as const;

/** As typed: what is not chosen is kept for whoever changes the choice back. */
export interface SourceDraft {
  readonly kind: LogSource['kind'];
  readonly app: string;
  readonly space: string;
  readonly site: string;
}

export const EMPTY_SOURCE: SourceDraft = { kind: 'app', app: '', space: '', site: '' };

export function draftOf(source: LogSource | undefined): SourceDraft {
  return { ...EMPTY_SOURCE, ...source };
}

export function sourceOfDraft({ kind, app, space, site }: SourceDraft): LogSource {
  return kind === 'app' ? { kind, app: app.trim(), space: space.trim() } : { kind, site: site.trim() };
}

export interface SourceFieldsProps {
  readonly value: SourceDraft;
  readonly onChange: (value: SourceDraft) => void;
  readonly autoFocus?: boolean;
}

/** An app with its space, or a site. */
export function SourceFields({ value, onChange, autoFocus = false }: SourceFieldsProps) {
  const { t } = useTranslation('streams');
  const field = (name: 'app' | 'space' | 'site', isFirst: boolean) => (
    <TextField
      label={t(`fields.${name}`)}
      placeholder={t(`fields.${name}_hint`)}
      value={value[name]}
      onChange={(text) => onChange({ ...value, [name]: text })}
      isRequired
      validate={(text) => (NAME.test(text.trim()) ? null : t('fields.wrong'))}
      isMono
      autoFocus={autoFocus && isFirst}
      autoComplete="off"
      spellCheck="false"
    />
  );
  return (
    <div className={styles.source}>
      <NativeSelect
        label={t('fields.kind')}
        isFramed
        value={value.kind}
        choices={KINDS.map((id) => ({ id, text: t(`fields.of_${id}`) }))}
        onChange={(kind) => onChange({ ...value, kind })}
      />
      {value.kind === 'app' ? (
        <>
          {field('app', true)}
          {field('space', false)}
        </>
      ) : (
        field('site', true)
      )}
    </div>
  );
}
