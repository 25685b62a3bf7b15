import { useQuery } from '@tanstack/react-query';
import { FileArchive, FileText, Keyboard, Languages, LogOut, PanelsTopLeft, Plus, SunMoon, Ticket } from 'lucide-react';
import { useDeferredValue, useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { type Command, CommandList } from '../components/ui/command-list.js';
import { useMe } from '../features/account/api/get-me.js';
import { useLogout } from '../features/account/api/log-out.js';
import { openNewTicket } from '../features/tickets/new-ticket-state.js';
import { chooseLanguage } from '../i18n/i18n.js';
import { accessOf } from '../lib/access.js';
import { api, bodyOf } from '../lib/api.js';
import { platformChoicesQuery } from '../lib/get-platforms.js';
import type { Held } from '../lib/hold-typing.js';
import { archiveKeys, ticketKeys } from '../lib/query-keys.js';
import { applyTheme, THEMES } from '../lib/theme.js';
import { fitting } from './command-palette-rules.js';
import { pagesOf } from './pages-of.js';
import { paths } from './paths.js';

const MOST_TICKETS = 8;
const MOST_FILES = 5;
/** Fewer letters are in too many names. */
const LEAST_OF_NAME = 3;

interface CommandPaletteProps {
  /** Ends the holding of what is typed before the palette is there, and answers it. */
  readonly takeTyped: () => Held;
  readonly onClose: () => void;
  readonly onKeys: () => void;
}

/** Everything there is, by typing a part of its name. */
export function CommandPalette({ takeTyped, onClose, onKeys }: CommandPaletteProps) {
  const { t } = useTranslation('palette');
  const [typed, setTyped] = useState('');
  /** Whose first command is wanted as soon as there is one. */
  const [awaited, setAwaited] = useState<string>();
  // After the effects of the field, which has the focus by then.
  useEffect(() => {
    const { text, isSubmitted } = takeTyped();
    setTyped(text);
    if (isSubmitted) setAwaited(text);
  }, [takeTyped]);
  const tickets = useTicketCommands(typed.trim());
  const files = useFileCommands(typed.trim());
  const commands = [...fitting(useCommands(onKeys), typed), ...tickets, ...files];
  const first = awaited === typed ? commands[0] : undefined;
  const takeFirst = useEffectEvent((command: Command) => {
    setAwaited(undefined);
    onClose();
    command.onAction();
  });
  useEffect(() => {
    if (first) takeFirst(first);
  }, [first]);
  return (
    <CommandList
      label={t('title')}
      placeholder={t('hint')}
      nothing={t('none')}
      commands={commands}
      typed={typed}
      onType={setTyped}
      // Who is faster than the server gets what it answers.
      onSubmit={() => setAwaited(typed)}
      onClose={onClose}
    />
  );
}

function useCommands(onKeys: () => void): Command[] {
  const { t } = useTranslation(['palette', 'common']);
  const me = useMe();
  const navigate = useNavigate();
  const logout = useLogout();
  const newTicket = {
    id: 'new',
    text: t('new_ticket'),
    icon: <Plus aria-hidden />,
    detail: 'c',
    onAction: openNewTicket,
  };
  return [
    ...(accessOf(me, 'ticket.edit') === 'open' ? [newTicket] : []),
    ...([...pagesOf(me), 'account'] as const).map((page) => ({
      id: `page ${page}`,
      text: t(`common:pages.${page}`),
      icon: <PanelsTopLeft aria-hidden />,
      onAction: () => void navigate(paths[page].href()),
    })),
    ...THEMES.map((theme) => ({
      id: `theme ${theme}`,
      text: t('theme', { name: t(`common:theme.${theme}`) }),
      icon: <SunMoon aria-hidden />,
      onAction: () => applyTheme(theme),
    })),
    ...(
      [
        ['en', 'English'],
        ['ru', 'Русский'],
      ] as const
    ).map(([language, name]) => ({
      id: `language ${language}`,
      text: t('language', { name }),
      icon: <Languages aria-hidden />,
      onAction: () => void chooseLanguage(language),
    })),
    { id: 'keys', text: t('keys'), icon: <Keyboard aria-hidden />, detail: '?', onAction: onKeys },
    { id: 'logout', text: t('common:logout'), icon: <LogOut aria-hidden />, onAction: () => logout.mutate() },
  ];
}

/** Tickets whose number has in it what is typed; while the server is asked, those of its last answer that fit. */
function useTicketCommands(typed: string): Command[] {
  const asked = useDeferredValue(typed);
  const { t } = useTranslation('palette');
  const navigate = useNavigate();
  const tickets = useQuery({
    queryKey: [...ticketKeys.lists, 'palette', asked],
    queryFn: () =>
      bodyOf(
        api.GET('/api/v1/tickets', {
          params: { query: { number__contains: asked, limit: MOST_TICKETS, ordering: '-time_update' } },
        }),
      ),
    enabled: asked !== '',
    placeholderData: (before) => before,
  });
  const platforms = useQuery(platformChoicesQuery).data ?? [];
  if (typed === '') return [];
  const names = new Map(platforms.map(({ name, pretty_name }) => [name, pretty_name]));
  const isFitting = ({ number }: { readonly number: string }): boolean =>
    number.toLowerCase().includes(typed.toLowerCase());
  return (tickets.data ?? []).filter(isFitting).map(({ number, platform, resolved }) => ({
    id: `ticket ${number}`,
    text: t('open_ticket', { number }),
    detail: names.get(platform) ?? platform,
    icon: resolved ? <FileText aria-hidden /> : <Ticket aria-hidden />,
    onAction: () => void navigate(paths.ticket.href(number)),
  }));
}

/** What has arrived under a name that has in it what is typed; leads to its ticket. */
function useFileCommands(typed: string): Command[] {
  const asked = useDeferredValue(typed);
  const navigate = useNavigate();
  const archives = useQuery({
    queryKey: [...archiveKeys.lists, 'palette', asked],
    queryFn: () => bodyOf(api.GET('/api/v1/archives', { params: { query: { name: asked, limit: MOST_FILES } } })),
    enabled: asked.length >= LEAST_OF_NAME,
    placeholderData: (before) => before,
  });
  if (typed.length < LEAST_OF_NAME) return [];
  const isFitting = ({ name }: { readonly name: string }): boolean => name.toLowerCase().includes(typed.toLowerCase());
  return (archives.data ?? []).filter(isFitting).map(({ id, name, ticket }) => ({
    id: `file ${id}`,
    text: name,
    detail: ticket,
    icon: <FileArchive aria-hidden />,
    onAction: () => void navigate(paths.ticket.href(ticket)),
  }));
}
