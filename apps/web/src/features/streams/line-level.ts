export type LineLevel = 'error' | 'warning' | 'debug';

/** How programs write it; the first one in a line counts. */
const LEVEL =
  /\b(?:(?<error>ERROR|FATAL|CRITICAL|CRIT|ALERT|EMERG|PANIC|SEVERE|error|fatal|panic)|(?<warning>WARN|WARNING|warn|warning)|(?<debug>DEBUG|TRACE|debug|trace)|INFO|NOTICE|info)\b/;
/** A level stands near the beginning; further on the words are prose. */
const HEAD_LENGTH = 400;

/** How grave a line says it is; undefined for the ordinary. */
export function levelOf(text: string): LineLevel | undefined {
  const groups = LEVEL.exec(text.slice(0, HEAD_LENGTH))?.groups;
  if (groups?.error) return 'error';
  if (groups?.warning) return 'warning';
  return groups?.debug ? 'debug' : undefined;
}
