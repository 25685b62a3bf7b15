import './styles/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router-dom';
import { queryClient } from './app/query-client.js';
import { router } from './app/router.js';
import { LocaleProvider } from './components/locale-provider.js';
import { Skeleton } from './components/ui/skeleton.js';
import { Toasts } from './components/ui/toasts.js';
import { startTexts } from './i18n/i18n.js';
import { applyTheme, storedTheme } from './lib/theme.js';

applyTheme(storedTheme());
await startTexts(['common']);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <LocaleProvider>
      <QueryClientProvider client={queryClient}>
        <Suspense fallback={<Skeleton />}>
          <RouterProvider router={router} />
        </Suspense>
        <Toasts />
      </QueryClientProvider>
    </LocaleProvider>
  </StrictMode>,
);
