import type { Schema } from '@logs-collector/api-client/client';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Access } from '../../lib/access.js';
import { api, bodyOf } from '../../lib/api.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { useWithSecondFactor } from '../second-factor-dialog.js';
import { Button } from '../ui/button.js';
import button from '../ui/button.module.css';
import { Tip } from '../ui/tip.js';
import { showToast } from '../ui/toasts.js';

interface DownloadLinkProps {
  readonly archive: Schema<'ArchiveView'>;
  readonly access: Extract<Access, 'open' | 'code'>;
  /** Whether `d` downloads this one. */
  readonly hasKey?: boolean;
}

/** A plain link: the browser fetches, shows progress and resumes by itself, whatever the size. */
export function DownloadLink({ archive, access, hasKey = false }: DownloadLinkProps) {
  const { t } = useTranslation('archives');
  const label = t('download_named', { name: archive.name });
  if (access === 'code') return <LockedDownload archive={archive} label={label} />;
  const link = (
    <a
      href={archive.file}
      download
      className={`${button.button} ${button.quiet}`}
      aria-label={label}
      {...(hasKey ? { 'aria-keyshortcuts': 'd' } : { title: label })}
    >
      <Download aria-hidden />
    </a>
  );
  if (!hasKey) return link;
  return (
    <Tip text={label} shortcut="d" isPlain>
      {link}
    </Tip>
  );
}

/** Asks for the code first, then goes to the same address. */
function LockedDownload({ archive, label }: { readonly archive: Schema<'ArchiveView'>; readonly label: string }) {
  const { t } = useTranslation();
  const run = useWithSecondFactor();
  const proceed = async (): Promise<void> => {
    await run(async () => {
      const { locked } = await bodyOf(api.GET('/api/v1/auth/me'));
      const lock = locked.find(({ permission }) => permission === 'archive.download');
      if (lock)
        throw new ApiProblem(
          { code: 'second_factor_required', detail: lock.code },
          new Response(null, { status: 403 }),
        );
    });
    window.location.assign(archive.file);
  };
  return (
    <Button
      variant="quiet"
      aria-label={label}
      onPress={() => void proceed().catch(() => showToast({ text: t('problem.second_factor_required') }))}
    >
      <Download aria-hidden />
    </Button>
  );
}
