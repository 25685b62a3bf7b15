import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { Page } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { isOffered } from '../../lib/permissions.js';
import { useMe } from '../account/api/get-me.js';
import { ActivityDialog } from './activity-dialog.js';
import { usersQuery } from './api/get-users.js';
import { CreateUserDialog } from './create-user-dialog.js';
import { InvitationDialog } from './invitation-dialog.js';
import { NewLinkDialog } from './new-link-dialog.js';
import { RoleDialog } from './role-dialog.js';
import { SessionsDialog } from './sessions-dialog.js';
import type { UserAction } from './user-state.js';
import { UsersTable } from './users-table.js';

type Opened =
  | { readonly action: UserAction; readonly user: Schema<'UserView'> }
  | { readonly action: 'create' }
  | { readonly action: 'invited'; readonly invited: Schema<'InvitedUserView'> };

/** Who may work here, for administrators. */
export function UsersPage() {
  const { t } = useTranslation('users');
  const me = useMe();
  const users = useQuery(usersQuery);
  const [opened, setOpened] = useState<Opened>();
  const add = (
    <Button variant="primary" onPress={() => setOpened({ action: 'create' })}>
      <UserPlus aria-hidden />
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={isOffered(me, 'user.manage') && add}>
      {users.isPending && <Skeleton lines={6} />}
      {users.error && <ProblemNotice error={users.error} onRetry={() => void users.refetch()} />}
      {users.data && (
        <UsersTable
          users={users.data.rows}
          own={me.username}
          onAction={(action, user) => setOpened({ action, user })}
        />
      )}
      {opened && (
        <OpenedDialog
          opened={opened}
          own={me.username}
          onInvited={(invited) => setOpened({ action: 'invited', invited })}
          onClose={() => setOpened(undefined)}
        />
      )}
    </Page>
  );
}

interface OpenedDialogProps {
  readonly opened: Opened;
  readonly own: string;
  readonly onInvited: (invited: Schema<'InvitedUserView'>) => void;
  readonly onClose: () => void;
}

function OpenedDialog({ opened, own, onInvited, onClose }: OpenedDialogProps) {
  if (opened.action === 'create') return <CreateUserDialog onCreated={onInvited} onClose={onClose} />;
  if (opened.action === 'invited') return <InvitationDialog invited={opened.invited} onClose={onClose} />;
  const { action, user } = opened;
  const isOwn = user.username === own;
  if (action === 'role') return <RoleDialog user={user} isOwn={isOwn} onClose={onClose} />;
  if (action === 'sessions') return <SessionsDialog user={user} onClose={onClose} />;
  if (action === 'invite' || action === 'reset')
    return <NewLinkDialog user={user} action={action} onInvited={onInvited} onClose={onClose} />;
  return <ActivityDialog user={user} isOwn={isOwn} onClose={onClose} />;
}
