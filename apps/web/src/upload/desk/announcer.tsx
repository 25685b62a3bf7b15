import { useTranslation } from 'react-i18next';
import { formatPercent } from '../../lib/format.js';
import { shareOfAll } from '../engine/upload-queue.js';
import { isUnfinished, type Upload } from '../engine/upload-state.js';

const STEPS = 10;

/** Says aloud what changes: every tenth of the whole, and what happens to a file. The bars alone would talk all the time. */
export function Announcer({ uploads }: { readonly uploads: readonly Upload[] }) {
  const { t, i18n } = useTranslation('upload');
  const step = Math.floor(shareOfAll(uploads) * STEPS) / STEPS;
  const sentences = uploads.flatMap(({ name, phase }) => {
    if (phase.name === 'waiting') return [t(`announce.waiting`, { name })];
    if (phase.name === 'refused') return [t('announce.refused', { name })];
    return phase.name === 'stored' ? [t('announce.stored', { name })] : [];
  });
  if (uploads.some(isUnfinished))
    sentences.push(t('announce.progress', { percent: formatPercent(step, i18n.language) }));
  return (
    <p role="status" className="visually-hidden">
      {sentences.join(' ')}
    </p>
  );
}
