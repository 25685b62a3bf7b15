import type { Command } from './command.js';

interface CommandEntry {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Loaded when it is called: no command waits for what only another one needs. */
  readonly load: () => Promise<Command>;
}

/** Every administrative command, in the order of the help. A new one is a file in commands/ and an entry here. */
export const commandTable: Readonly<Record<string, CommandEntry>> = {
  'create-admin': {
    summary: 'make an administrator',
    load: async () => (await import('./commands/create-admin.js')).createAdmin,
  },
  'reset-2fa': {
    summary: 'take a lost second factor away and make a link on which a new one is set',
    load: async () => (await import('./commands/reset-2fa.js')).reset2fa,
  },
  verify: {
    summary: 'read every archive again and compare its SHA-256',
    load: async () => (await import('./commands/verify.js')).verify,
  },
  backup: {
    summary: 'copy database and archives to a directory, beside the running server',
    load: async () => (await import('./commands/backup.js')).backup,
  },
  restore: {
    summary: 'make an installation from a backup',
    load: async () => (await import('./commands/restore.js')).restore,
  },
  'rebuild-index': {
    summary: 'make the database again from the documents beside the archives',
    load: async () => (await import('./commands/rebuild-index.js')).rebuildIndex,
  },
  'rotate-key': {
    summary: 'seal everything with a new SECRET_KEY',
    load: async () => (await import('./commands/rotate-key.js')).rotateKey,
  },
  'import-logs-collector': {
    summary: 'bring over what the former application of the same name (Django, 0.1.x) has',
    load: async () => (await import('./commands/import-logs-collector.js')).importLogsCollector,
  },
};
