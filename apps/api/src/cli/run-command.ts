import { parseArgs } from 'node:util';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { CodedError } from '../common/errors/coded-error.js';
import { StartUpError } from '../common/errors/start-up-error.js';
import { type Command, type CommandCall, CommandError, EXIT, UsageError } from './command.js';
import { commandHelp, generalHelp, usageOf } from './command-help.js';
import { commandTable } from './command-table.js';
import { systemRefusal } from './system-refusal.js';

interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Runs the command that the arguments name and answers the exit code. */
export async function runCommand(args: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const text = `${generalHelp()}\n`;
    if (name === undefined) output.error(text);
    else output.out(text);
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  const entry = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (!entry) {
    output.error(`There is no command ${JSON.stringify(name)}.\n\n${generalHelp()}\n`);
    return EXIT.usage;
  }
  const command = await entry.load();
  try {
    const call = parse(command, rest, output);
    if (call) return await command.run(call);
    output.out(`${commandHelp(name, entry.summary, command)}\n`);
    return EXIT.done;
  } catch (error) {
    if (error instanceof UsageError) {
      output.error(`${error.message}\n\n${usageOf(name, command)}\n`);
      return EXIT.usage;
    }
    output.error(`${describe(error)}\n`);
    return EXIT.failed;
  }
}

/** Undefined where help was asked for. */
function parse(command: Command, args: readonly string[], output: Output): CommandCall | undefined {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const given = Object.entries(parsed.values);
  if (parsed.values.help === true) return undefined;
  const { positionals } = parsed;
  if (positionals.length !== command.positionals.length) {
    throw new UsageError(
      command.positionals.length === 0
        ? `Unexpected argument ${JSON.stringify(positionals[0])}.`
        : `Expected ${command.positionals.map((name) => `<${name}>`).join(' ')}.`,
    );
  }
  return {
    positionals,
    flags: new Set(given.filter(([, value]) => value === true).map(([name]) => name)),
    values: new Map(given.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))),
    print: (line) => output.out(`${line}\n`),
    note: (line) => output.error(`${line}\n`),
  };
}

/** What an administrator can mend is said in plain lines; anything else is a fault of ours and shows where. */
function describe(error: unknown): string {
  if (error instanceof CodedError) return error.detail;
  if (error instanceof CommandError || error instanceof SettingsError || error instanceof StartUpError)
    return error.message;
  return systemRefusal(error) ?? (error instanceof Error ? String(error.stack) : String(error));
}
