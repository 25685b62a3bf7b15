import type { Command } from './command.js';
import { commandTable } from './command-table.js';

const INDENT = 2;
const WIDTH = 100;

/** All commands. */
export function generalHelp(): string {
  const rows = Object.entries(commandTable).map(([name, { summary }]) => [name, summary] as const);
  return [
    'Usage: admin <command> [--options]',
    '',
    ...columns(rows),
    '',
    ...wrapped(
      'Each command says more with --help. They read the same settings as the server (DATA_DIR, DB_URL, STORAGE_URL, SECRET_KEY) and may run beside it unless they say otherwise.',
    ),
    'Exit codes: 0 done, 1 not done or something found, 2 called wrongly.',
  ].join('\n');
}

/** One command. */
export function commandHelp(name: string, summary: string, command: Command): string {
  const options = Object.entries(command.options).map(
    ([option, { value, description }]) => [`--${option}${value ? ` <${value}>` : ''}`, description] as const,
  );
  return [
    usageOf(name, command),
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    ...command.help.flatMap((paragraph) => ['', ...wrapped(paragraph)]),
    ...(options.length > 0 ? ['', 'Options:', ...columns(options)] : []),
  ].join('\n');
}

export function usageOf(name: string, command: Command): string {
  const given = command.positionals.map((positional) => ` <${positional}>`).join('');
  return `Usage: admin ${name}${given}${Object.keys(command.options).length > 0 ? ' [--options]' : ''}`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + INDENT;
  return rows.map(([left, right]) => `${' '.repeat(INDENT)}${left.padEnd(width)}${right}`);
}

function wrapped(paragraph: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
