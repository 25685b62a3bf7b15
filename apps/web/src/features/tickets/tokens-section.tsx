import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { useNow } from '../../lib/use-now.js';
import { tokensQuery } from './api/get-tokens.js';
import { TokenCard } from './token-card.js';
import { TokenDialog } from './token-dialog.js';
import styles from './tokens-section.module.css';
import { tokenStateOf } from './upload-tokens.js';

interface TokensSectionProps {
  readonly ticket: Schema<'TicketView'>;
  readonly mayEdit: boolean;
}

/** The links that let the customer in, and what each still allows. */
export function TokensSection({ ticket, mayEdit }: TokensSectionProps) {
  const { t } = useTranslation('tickets');
  const now = useNow();
  const tokens = useQuery(tokensQuery(ticket.number));
  const [isMaking, setMaking] = useState(false);
  const isOpen = (token: Schema<'TokenView'>): boolean => tokenStateOf(token, now) === 'open';
  const open = tokens.data?.filter(isOpen) ?? [];
  const closed = tokens.data?.filter((token) => !isOpen(token)) ?? [];
  const actions = mayEdit && (
    <Button onPress={() => setMaking(true)}>
      <Plus aria-hidden />
      {t('link.new')}
    </Button>
  );
  return (
    <Section title={t('link.title')} actions={actions}>
      {tokens.isPending && <Skeleton lines={3} />}
      {tokens.error && <ProblemNotice error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {ticket.resolved && <Notice status="info" title={t('link.resolved')} />}
      {tokens.data && open.length === 0 && !ticket.resolved && <Notice status="warning" title={t('link.none')} />}
      {open.map((token, index) => (
        <TokenCard key={token.id} token={token} mayEdit={mayEdit} isNewest={index === 0} />
      ))}
      {closed.length > 0 && (
        <details className={styles.closed}>
          <summary>{t('link.closed', { count: closed.length })}</summary>
          {closed.map((token) => (
            <TokenCard key={token.id} token={token} mayEdit={mayEdit} />
          ))}
        </details>
      )}
      {isMaking && <TokenDialog ticket={ticket.number} onClose={() => setMaking(false)} />}
    </Section>
  );
}
