import type account from './locales/en/account.json';
import type archives from './locales/en/archives.json';
import type audit from './locales/en/audit.json';
import type common from './locales/en/common.json';
import type credentials from './locales/en/credentials.json';
import type login from './locales/en/login.json';
import type palette from './locales/en/palette.json';
import type platforms from './locales/en/platforms.json';
import type self_test from './locales/en/self_test.json';
import type storage from './locales/en/storage.json';
import type streams from './locales/en/streams.json';
import type tickets from './locales/en/tickets.json';
import type upload from './locales/en/upload.json';
import type users from './locales/en/users.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: {
      account: typeof account;
      archives: typeof archives;
      audit: typeof audit;
      common: typeof common;
      credentials: typeof credentials;
      login: typeof login;
      palette: typeof palette;
      platforms: typeof platforms;
      self_test: typeof self_test;
      storage: typeof storage;
      streams: typeof streams;
      tickets: typeof tickets;
      upload: typeof upload;
      users: typeof users;
    };
  }
}
