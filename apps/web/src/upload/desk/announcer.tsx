import { useTranslation } from 'react-i18next';
import { formatPercent } from '../../lib/format.js';
import { shareOfAll } from '../engine/upload-queue.js';
import { isUnfinished, type Phase, type Upload } from '../engine/upload-state.js';

const STEPS = 10;
const TOLD = ['waiting', 'refused', 'stored'] as const;

function isTold(phase: Phase['name']): phase is (typeof TOLD)[number] {
  return TOLD.some((name) => name === phase);
}

/**
 * Says aloud what changes: every tenth of the whole, and what happens to a file. The bars alone would talk all the time,
 * and a status is read as a whole: what happened stands in a log, of which only the new is read.
 */
export function Announcer({ uploads }: { readonly uploads: readonly Upload[] }) {
  const { t, i18n } = useTranslation('upload');
  const step = Math.floor(shareOfAll(uploads) * STEPS) / STEPS;
  return (
    <div className="visually-hidden">
      <div role="log" aria-label={t('announce.log')}>
        {uploads.map(({ id, name, phase }) =>
          isTold(phase.name) ? <p key={`${id} ${phase.name}`}>{t(`announce.${phase.name}`, { name })}</p> : null,
        )}
      </div>
      <p role="status">
        {uploads.some(isUnfinished) && t('announce.progress', { percent: formatPercent(step, i18n.language) })}
      </p>
    </div>
  );
}
