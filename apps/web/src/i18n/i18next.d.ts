import type account from './locales/en/account.json';
import type common from './locales/en/common.json';
import type login from './locales/en/login.json';
import type secondFactor from './locales/en/second-factor.json';
import type upload from './locales/en/upload.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: {
      account: typeof account;
      common: typeof common;
      login: typeof login;
      'second-factor': typeof secondFactor;
      upload: typeof upload;
    };
  }
}
