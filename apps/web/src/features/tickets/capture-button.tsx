import { useQuery } from '@tanstack/react-query';
import { Radio } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shuttleStatusQuery } from '../../components/streams/get-shuttle-status.js';
import { Button } from '../../components/ui/button.js';
import { accessOf } from '../../lib/access.js';
import { useMe } from '../account/api/get-me.js';

const CaptureDialog = lazy(() =>
  import('../../components/streams/capture-dialog.js').then((module) => ({ default: module.CaptureDialog })),
);

/** Begins a capture into this ticket; nothing where there is no log shuttle, or the role does not allow it. */
export function CaptureButton({ number }: { readonly number: string }) {
  const { t } = useTranslation('streams');
  const me = useMe();
  const [isOpen, setOpen] = useState(false);
  const access = accessOf(me, 'capture.manage');
  const isOffered = access === 'open' || access === 'code';
  const status = useQuery({ ...shuttleStatusQuery, enabled: isOffered, refetchInterval: false });
  if (!isOffered || status.data === undefined || status.data.state === 'not_configured') return null;
  return (
    <>
      <Button variant="quiet" onPress={() => setOpen(true)}>
        <Radio aria-hidden />
        {t('capture.button')}
      </Button>
      <Suspense>{isOpen && <CaptureDialog ticket={number} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
