import type common from './locales/en/common.json';
import type upload from './locales/en/upload.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: { common: typeof common; upload: typeof upload };
  }
}
