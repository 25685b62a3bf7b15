import { ArrowDownToLine, Copy, Pause, Play, Radio, WrapText } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { CaptureDialog } from '../../components/streams/capture-dialog.js';
import type { LogSource } from '../../components/streams/log-source.js';
import { nameOf } from '../../components/streams/log-source.js';
import { Badge, Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Checkbox } from '../../components/ui/checkbox.js';
import { SearchField } from '../../components/ui/search-field.js';
import { showToast } from '../../components/ui/toasts.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { copyText } from '../../lib/clipboard.js';
import { isOffered } from '../../lib/permissions.js';
import { PHONE } from '../../lib/use-media.js';
import { useShortcuts } from '../../lib/use-shortcuts.js';
import { useMe } from '../account/api/get-me.js';
import { plainText } from './ansi-text.js';
import { lineTestOf } from './line-filter.js';
import { LineList } from './line-list.js';
import styles from './tail.module.css';
import type { TailView } from './tail-session.js';
import { useTail } from './use-tail.js';

export interface TailPaneProps {
  readonly source: LogSource;
  /** So many lines of the past come first. */
  readonly history: number;
  /** Another number opens the log anew. */
  readonly attempt: number;
  readonly onAgain: () => void;
}

/** The lines, what is shown of them, and what can be done with them. */
export function TailPane({ source, history, attempt, onAgain }: TailPaneProps) {
  const { t, i18n } = useTranslation('streams');
  const live = useTail(source, history, attempt);
  /** What was there when the reader stopped it; the log itself goes on. */
  const [halted, setHalted] = useState<TailView>();
  const [filter, setFilter] = useState({ text: '', isExpression: false });
  // On a phone a line's beginning would be all that is seen of it.
  const [isWrapped, setWrapped] = useState(() => window.matchMedia(PHONE).matches);
  const [isFollowing, setFollowing] = useState(true);
  const [isCapturing, setCapturing] = useState(false);
  const mayCapture = isOffered(useMe(), 'capture.manage');
  const shown = halted ?? live;
  const deferred = useDeferredValue(filter);
  const test = useMemo(() => lineTestOf(deferred), [deferred]);
  const lines = useMemo(() => (test ? shown.lines.filter(test) : shown.lines), [shown.lines, test]);
  const isNarrowed = filter.text !== '';
  const number = new Intl.NumberFormat(i18n.language);

  const togglePause = (): void => setHalted(halted ? undefined : live);
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(lines.map(({ text }) => plainText(text)).join('\n'));
    showToast({ text: isCopied ? t('copied_lines', { count: lines.length }) : t('not_copied') });
  };
  useShortcuts({ p: togglePause, w: () => setWrapped(!isWrapped) });
  return (
    <section className={styles.pane} aria-label={t('tail_of', { source: nameOf(source) })}>
      <div className={styles.tools}>
        <SearchField
          label={t('filter')}
          placeholder={t('filter')}
          value={filter.text}
          onChange={(text) => setFilter({ ...filter, text })}
          shortcut="/"
        />
        <Checkbox
          label={t('expression')}
          isSelected={filter.isExpression}
          onChange={(isExpression) => setFilter({ ...filter, isExpression })}
        />
        <div className={styles.buttons}>
          <Button onPress={togglePause} aria-keyshortcuts="p">
            {halted ? <Play aria-hidden /> : <Pause aria-hidden />}
            {t(halted ? 'go_on' : 'hold')}
          </Button>
          <Button variant="quiet" aria-pressed={isWrapped} onPress={() => setWrapped(!isWrapped)} aria-keyshortcuts="w">
            <WrapText aria-hidden />
            {t('wrap')}
          </Button>
          {mayCapture && (
            <Button variant="quiet" onPress={() => setCapturing(true)}>
              <Radio aria-hidden />
              {t('capture.button')}
            </Button>
          )}
          <Button variant="quiet" isDisabled={lines.length === 0} onPress={() => void copy()}>
            <Copy aria-hidden />
            {t('copy')}
          </Button>
        </div>
      </div>
      {!test && <p className={styles.fault}>{t('expression_wrong')}</p>}
      <LineList lines={lines} isWrapped={isWrapped} isFollowing={isFollowing && !halted} onFollowing={setFollowing} />
      <div className={styles.foot}>
        <Phase view={live} />
        <span>
          {isNarrowed
            ? t('lines_of', { shown: number.format(lines.length), all: number.format(shown.lines.length) })
            : t('lines', { count: lines.length })}
        </span>
        {shown.dropped > 0 && <span>{t('dropped_here', { count: shown.dropped })}</span>}
        {/* Only on a press: a log that reads itself out helps nobody. */}
        <span role="status">{halted && t('held', { count: live.received - halted.received })}</span>
        {!isFollowing && !halted && (
          <Button variant="quiet" onPress={() => setFollowing(true)}>
            <ArrowDownToLine aria-hidden />
            {t('to_end')}
          </Button>
        )}
      </div>
      <Ending view={live} onAgain={onAgain} />
      {isCapturing && <CaptureDialog source={source} onClose={() => setCapturing(false)} />}
    </section>
  );
}

function Phase({ view }: { readonly view: TailView }) {
  const { t } = useTranslation('streams');
  const status = { opening: 'info', running: 'success', ended: 'info', failed: 'danger' } as const;
  return <Badge status={status[view.phase]}>{t(`phase.${view.phase}`)}</Badge>;
}

/** Why nothing comes any more, and the way to go on. */
function Ending({ view, onAgain }: { readonly view: TailView; readonly onAgain: () => void }) {
  const { t } = useTranslation('streams');
  if (view.phase === 'failed' && view.error instanceof ApiProblem)
    return <ProblemNotice error={view.error} onRetry={onAgain} />;
  if (view.phase !== 'ended' && view.phase !== 'failed') return null;
  return (
    <Notice status={view.phase === 'ended' ? 'info' : 'warning'} title={t(`ending.${view.phase}`)}>
      <div>
        <Button onPress={onAgain}>{t('again')}</Button>
      </div>
    </Notice>
  );
}
