import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { Frame } from '../frame.js';
import { UploadRoom } from '../upload-room.js';
import { type LinkState, useLink } from './use-link.js';

export interface LinkRoomProps {
  readonly token: string;
  /** For those whose token is wrong. */
  readonly tokenForm: ReactNode;
}

/** What the page shows of a link, from the first question about it on. */
export function LinkRoom({ token, tokenForm }: LinkRoomProps) {
  const { t } = useTranslation('upload');
  const { link, refresh } = useLink(token);
  if (link.kind === 'known') {
    return <UploadRoom token={token} offer={link.offer} closed={link.closed} onChanged={refresh} />;
  }
  return (
    <Frame title={t('title')}>
      <UnknownLink link={link} onRetry={refresh} />
      {link.kind === 'wrong' && tokenForm}
    </Frame>
  );
}

type Unknown = Exclude<LinkState, { readonly kind: 'known' }>;

function UnknownLink({ link, onRetry }: { readonly link: Unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation('upload');
  switch (link.kind) {
    case 'checking':
      return <Skeleton lines={5} />;
    case 'failing':
      return (
        <Notice status="danger" title={t('link.failing')}>
          <p>{link.problem.detail}</p>
          <small>
            {link.problem.code} · {link.problem.requestId}
          </small>
          <div>
            <Button onPress={onRetry}>{t('retry_now')}</Button>
          </div>
        </Notice>
      );
    case 'wrong':
      return (
        <Notice status="danger" title={t('link.wrong.title')}>
          <p>{t('link.wrong.text')}</p>
        </Notice>
      );
    default:
      return (
        <Notice status="warning" title={t(`link.${link.kind}.title`)}>
          <p>{t(`link.${link.kind}.text`)}</p>
          <div>
            <Button onPress={onRetry}>{t('retry_now')}</Button>
          </div>
        </Notice>
      );
  }
}
