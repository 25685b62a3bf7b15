import { invitationLines, localAdministration } from '../account-parts.js';
import { type Command, type CommandCall, EXIT } from '../command.js';
import { withInstallation } from '../installation-access.js';
import { readSecret } from '../secret-input.js';

export const createAdmin: Command = {
  positionals: ['username'],
  options: {
    invite: {
      type: 'boolean',
      description: 'print a link (72 hours, once) on which password and second factor are set',
    },
  },
  help: [
    'Without --invite the password comes from NEW_ADMIN_PASSWORD, from the file that NEW_ADMIN_PASSWORD_FILE names, from standard input, or is asked for at a terminal; whoever logs in with it then sets up the second factor.',
    'The server has to have been started once with the same settings. A user who exists is left as he is.',
  ],
  run,
};

async function run({ positionals: [username = ''], flags, print }: CommandCall): Promise<number> {
  const isInvited = flags.has('invite');
  const password = isInvited
    ? ''
    : await readSecret({ name: 'NEW_ADMIN_PASSWORD', prompt: `Password of ${username}`, isNew: true });
  return withInstallation(async (access) => {
    const administration = localAdministration(access);
    if (isInvited) {
      const lines = invitationLines(access, await administration.inviteAdministrator(username));
      print(`The administrator ${username} was made.`);
      for (const line of lines) print(line);
    } else {
      const user = await administration.createAdministrator(username, password);
      print(`The administrator ${user.username} was made. The first login leads through the second factor.`);
    }
    return EXIT.done;
  });
}
