import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Two rooms with a door each: the customer's page loads nothing of the workbench. */
const PAGES = { index: 'index.html', upload: 'upload.html' };

export default defineConfig({
  plugins: [react(), { ...optimizeLocales.vite({ locales: ['en-US', 'ru-RU'] }), enforce: 'pre' }],
  build: {
    target: 'baseline-widely-available',
    // Nothing may be inlined: the policy of our pages allows no `data:` script or style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // For scripts/check-web-size.mjs.
    manifest: true,
    rollupOptions: { input: PAGES },
  },
  server: { proxy: { '/api': 'http://localhost:8000', '/uploader.sh': 'http://localhost:8000' } },
});
