import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { LockedNotice } from '../../components/archives/locked-notice.js';
import { nameOf, paramsOf, sourceOf } from '../../components/streams/log-source.js';
import { draftOf, SourceFields, sourceOfDraft } from '../../components/streams/source-fields.js';
import { Button } from '../../components/ui/button.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { NativeSelect } from '../../components/ui/native-select.js';
import { Page } from '../../components/ui/page.js';
import { accessOf } from '../../lib/access.js';
import { useMe } from '../account/api/get-me.js';
import { WithShuttle } from './shuttle-notice.js';
import styles from './streams.module.css';
import { StreamsTabs } from './streams-tabs.js';
import { TailPane } from './tail-pane.js';

const HISTORY = ['0', '100', '1000', '10000'] as const;
type History = (typeof HISTORY)[number];
const USUAL_HISTORY: History = '100';

/** A log as it comes. The address says which, so that it can be handed on. */
export function TailPage() {
  const { t } = useTranslation(['streams', 'common']);
  const [params, setParams] = useSearchParams();
  const access = accessOf(useMe(), 'stream.watch');
  const source = sourceOf(params);
  const history = HISTORY.find((lines) => lines === params.get('lines')) ?? USUAL_HISTORY;
  const [draft, setDraft] = useState(draftOf(source));
  const [chosen, setChosen] = useState<History>(history);
  const [attempt, setAttempt] = useState(0);

  const start = (event: SyntheticEvent): void => {
    event.preventDefault();
    const next = paramsOf(sourceOfDraft(draft));
    if (chosen !== USUAL_HISTORY) next.set('lines', chosen);
    setParams(next);
    setAttempt(attempt + 1);
  };
  const again = (): void => setAttempt(attempt + 1);
  return (
    <Page title={source ? t('tail_of', { source: nameOf(source) }) : t('tail')}>
      <StreamsTabs />
      <LockedNotice access={access} />
      <WithShuttle>
        <form onSubmit={start} className={styles.tailForm}>
          <SourceFields value={draft} onChange={setDraft} autoFocus={!source} />
          <NativeSelect
            label={t('history')}
            isFramed
            value={chosen}
            choices={HISTORY.map((id) => ({
              id,
              text: id === '0' ? t('history_none') : t('history_lines', { count: Number(id) }),
            }))}
            onChange={setChosen}
          />
          <Button type="submit" variant="primary" isDisabled={access === 'enrolment'}>
            {t('start')}
          </Button>
        </form>
        {source && access !== 'enrolment' ? (
          <TailPane source={source} history={Number(history)} attempt={attempt} onAgain={again} />
        ) : (
          <EmptyState title={t('tail_empty')}>
            <p>{t('tail_empty_text')}</p>
          </EmptyState>
        )}
      </WithShuttle>
    </Page>
  );
}
