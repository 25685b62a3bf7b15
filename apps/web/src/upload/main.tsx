import '../styles/base.css';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { LocaleProvider } from '../components/locale-provider.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { startTexts } from '../i18n/i18n.js';
import { applyTheme, storedTheme } from '../lib/theme.js';
import { askEarly } from './link/use-link.js';
import { storedToken, takeTokenFromAddress } from './token/token-store.js';
import { UploadPage } from './upload-page.js';

// Before anything else: no later step may see the token in the address.
const opened = takeTokenFromAddress();
applyTheme(storedTheme());
const token = storedToken();
if (token !== undefined) askEarly(token);
await startTexts(['common', 'upload']);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <LocaleProvider>
      <Suspense fallback={<Skeleton />}>
        <UploadPage opened={opened} />
      </Suspense>
    </LocaleProvider>
  </StrictMode>,
);
