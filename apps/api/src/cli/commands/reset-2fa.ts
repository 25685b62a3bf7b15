import { invitationLines, localAdministration } from '../account-parts.js';
import { type Command, type CommandCall, EXIT } from '../command.js';
import { withInstallation } from '../installation-access.js';

export const reset2fa: Command = {
  positionals: ['username'],
  options: {},
  help: [
    'For somebody who has lost both the authenticator and the recovery codes. Password, second factor and recovery codes are gone with it, sessions and API keys end, and the audit trail says so. The printed link (72 hours, once) sets password and second factor anew.',
  ],
  run: ({ positionals: [username = ''], print }: CommandCall) =>
    withInstallation(async (access) => {
      const lines = invitationLines(access, await localAdministration(access).resetSecondFactor(username));
      print(`The second factor of ${username} was reset; sessions and API keys have ended.`);
      for (const line of lines) print(line);
      return EXIT.done;
    }),
};
