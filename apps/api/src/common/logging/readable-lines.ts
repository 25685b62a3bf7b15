import type { DestinationStream } from 'pino';

/** Turns JSON lines into `12:34:56 info  message name=value …` for a person at a terminal. */
export function readableLines(output: { write(text: string): unknown }, timeZone: string): DestinationStream {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' });
  return {
    write: (line: string) => {
      const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const words = Object.entries(fields).map(([name, value]) => `${name}=${readable(value)}`);
      output.write(
        `${[clock.format(new Date(String(time))), String(level).padEnd(5), String(msg ?? ''), ...words].join(' ')}\n`,
      );
    },
  };
}

function readable(value: unknown): string {
  return typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value);
}
