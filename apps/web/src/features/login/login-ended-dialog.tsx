import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { Dialog } from '../../components/ui/dialog.js';
import { logInAgain } from '../../lib/log-in-again.js';
import { LoginForm } from './login-form.js';

/** Over the page on which a login has run out: logs in again, and what was typed there is still there. */
export function LoginEndedDialog({ username }: { readonly username: string }) {
  const { t } = useTranslation('login');
  const queries = useQueryClient();
  return (
    <Dialog title={t('ended.title')} isOpen onClose={() => void logInAgain()} role="alertdialog">
      <p>{t('ended.text')}</p>
      <LoginForm level={3} user={username} onLoggedIn={() => void queries.invalidateQueries()} />
      <div>
        <Button variant="quiet" onPress={() => void logInAgain()}>
          {t('ended.somebody_else')}
        </Button>
      </div>
    </Dialog>
  );
}
