import { Search } from 'lucide-react';
import { lazy, Suspense, useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.js';
import { useMe } from '../features/account/api/get-me.js';
import { openNewTicket, useNewTicketOpen } from '../features/tickets/new-ticket-state.js';
import { accessOf } from '../lib/access.js';
import { type Held, holdTyping, NOTHING_HELD } from '../lib/hold-typing.js';
import { useShortcuts } from '../lib/use-shortcuts.js';
import styles from './shell.module.css';

const CommandPalette = lazy(() =>
  import('./command-palette.js').then((module) => ({ default: module.CommandPalette })),
);
const NewTicketDialog = lazy(() =>
  import('../features/tickets/new-ticket-dialog.js').then((module) => ({ default: module.NewTicketDialog })),
);
const KeysDialog = lazy(() =>
  import('../features/tickets/keys-dialog.js').then((module) => ({ default: module.KeysDialog })),
);

const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl ';

/** What opens over any page: the palette, a new ticket, the overview of keys. Fetched when it is first asked for. */
export function CommandPaletteHost() {
  const { t } = useTranslation('palette');
  const me = useMe();
  const [open, setOpen] = useState<'palette' | 'keys'>();
  const isNewTicketOpen = useNewTicketOpen();
  const holding = useRef<() => Held>(undefined);
  const takeTyped = useCallback(() => holding.current?.() ?? NOTHING_HELD, []);
  const close = (): void => {
    takeTyped();
    setOpen(undefined);
  };
  const openPalette = (): void => {
    if (open === 'palette') return;
    takeTyped();
    holding.current = holdTyping();
    setOpen('palette');
  };
  useShortcuts({
    'mod+k': openPalette,
    '?': () => setOpen('keys'),
    ...(accessOf(me, 'ticket.edit') === 'open' && { c: openNewTicket }),
  });
  return (
    <>
      <Button variant="quiet" aria-label={t('button')} onPress={openPalette}>
        <Search aria-hidden />
        <kbd className={styles.key}>{MOD}K</kbd>
      </Button>
      <Suspense>
        {open === 'palette' && <CommandPalette takeTyped={takeTyped} onClose={close} onKeys={() => setOpen('keys')} />}
        {open === 'keys' && <KeysDialog onClose={close} />}
        {isNewTicketOpen && <NewTicketDialog />}
      </Suspense>
    </>
  );
}
