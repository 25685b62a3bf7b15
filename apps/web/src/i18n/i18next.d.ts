import type audit from './locales/en/audit.json';
import type common from './locales/en/common.json';
import type platforms from './locales/en/platforms.json';
import type storage from './locales/en/storage.json';
import type upload from './locales/en/upload.json';
import type users from './locales/en/users.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: {
      audit: typeof audit;
      common: typeof common;
      platforms: typeof platforms;
      storage: typeof storage;
      upload: typeof upload;
      users: typeof users;
    };
  }
}
