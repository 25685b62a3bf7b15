/** One option of a command, as `--name`. */
export interface CommandOption {
  readonly type: 'boolean' | 'string';
  /** How its value is called in the help; of options that take one. */
  readonly value?: string;
  readonly description: string;
}

/** What was given on the command line after the name of the command. */
export interface CommandCall {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** Standard output: what the command is there to tell. */
  readonly print: (line: string) => void;
  /** Standard error: what is going on meanwhile. */
  readonly note: (line: string) => void;
}

/** An administrative command. */
export interface Command {
  /** Names of the arguments that have to be given. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Paragraphs for `--help`; the exit codes among them where they mean more than done and not done. */
  readonly help: readonly string[];
  /** Answers the exit code. Throws `CommandError` where it cannot do its work, `UsageError` where it was called wrongly. */
  run(call: CommandCall): Promise<number>;
}

/** Exit codes of all commands. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Why a command cannot do its work, in words for the administrator: shown as it stands, without a stack. */
export class CommandError extends Error {}

/** What is wrong with the arguments. */
export class UsageError extends Error {}
