import { type CheckStatus, FINDINGS, type Finding, sentenceOf } from './self-test.findings.js';

/** Where the self-test's own requests arrive, below PUBLIC_URL. */
export const PROBE_PATH = 'api/v1/self-test/probe';
export const TICKET_HEADER = 'self-test-ticket';
/** Between the two pieces of a body or an answer. */
export const PAUSE_MS = 1_000;
/** Pieces that came closer together than this came together: somebody held the first one back. */
const SEPARATE_MS = PAUSE_MS / 2;

export const CHECKS = [
  'reachable',
  'forwarded',
  'request_streaming',
  'body_size',
  'response_streaming',
  'expect_continue',
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Check {
  readonly name: CheckName;
  readonly status: CheckStatus;
  readonly finding: Finding;
  /** What belongs into the finding's sentence. */
  readonly values: Readonly<Record<string, string>>;
  /** What was seen, and what to do about it, in English. */
  readonly detail: string;
}

/** What a request says about how it arrived. Times are in milliseconds since its head was there. */
export interface ProbeEcho {
  readonly protocol: string;
  readonly host: string;
  /** It came with X-Forwarded-* headers from an address outside TRUSTED_PROXIES. */
  readonly is_proxy_ignored: boolean;
  readonly expects_continue: boolean;
  readonly first_byte_ms?: number;
  readonly last_byte_ms?: number;
}

export type ProbeOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Between the answer's first and last byte. */
      readonly spreadMs: number;
      /** Undefined where it is not this server's. */
      readonly echo: ProbeEcho | undefined;
    }
  | { readonly kind: 'none'; readonly reason: string };

const MIB = 1024 * 1024;

/** Which sizes are tried, ascending: usual limits of proxies, and the largest archive. */
export function sizesToTry(maxUploadBytes: number): number[] {
  return [...[1, 10, 100, 1_024].map((mib) => mib * MIB).filter((size) => size < maxUploadBytes), maxUploadBytes];
}

export function judgeReachable(outcome: ProbeOutcome): Check {
  const name = 'reachable';
  if (outcome.kind === 'none') return check(name, 'no_answer', { reason: outcome.reason });
  if (outcome.echo) return check(name, 'leads_here');
  return check(name, 'leads_elsewhere', { status: String(outcome.status) });
}

export function judgeForwarded(outcome: ProbeOutcome, publicUrl: string): Check {
  const name = 'forwarded';
  const echo = echoOf(outcome);
  if (!echo) return unknown(name);
  if (echo.is_proxy_ignored) return check(name, 'proxy_not_trusted');
  const { protocol, host } = new URL(publicUrl);
  const expected = `${protocol}//${host}`;
  const seen = `${echo.protocol}://${echo.host}`;
  return seen === expected
    ? check(name, 'forwarded', { seen })
    : check(name, 'forwarded_otherwise', { seen, expected });
}

export function judgeRequestStreaming(outcome: ProbeOutcome): Check {
  const name = 'request_streaming';
  const echo = echoOf(outcome);
  if (echo?.first_byte_ms === undefined || echo.last_byte_ms === undefined) return unknown(name);
  return check(name, echo.last_byte_ms - echo.first_byte_ms >= SEPARATE_MS ? 'uploads_stream' : 'uploads_held_back');
}

export function judgeBodySize(outcomes: readonly { readonly bytes: number; readonly outcome: ProbeOutcome }[]): Check {
  const name = 'body_size';
  const isRefused = ({ outcome }: { outcome: ProbeOutcome }) => outcome.kind === 'answer' && !outcome.echo;
  const refused = outcomes.filter(isRefused);
  const accepted = outcomes.filter((each) => !isRefused(each)).map(({ bytes }) => bytes);
  const largest = outcomes.at(-1)?.bytes ?? 0;
  if (refused.length === 0) return check(name, 'sizes_pass', { largest: inMib(largest) });
  const statuses = refused.map(({ outcome }) => (outcome.kind === 'answer' ? outcome.status : 0));
  const status = String(Math.max(...statuses));
  if (accepted.length === 0) return check(name, 'sizes_refused', { status });
  return check(name, 'sizes_limited', { largest: inMib(Math.max(...accepted)), status });
}

export function judgeResponseStreaming(outcome: ProbeOutcome): Check {
  const name = 'response_streaming';
  if (outcome.kind === 'none' || outcome.status !== 200) return unknown(name);
  return check(name, outcome.spreadMs >= SEPARATE_MS ? 'events_at_once' : 'events_held_back');
}

export function judgeExpectContinue(outcome: ProbeOutcome): Check {
  const name = 'expect_continue';
  const echo = echoOf(outcome);
  if (!echo) return unknown(name);
  return check(name, echo.expects_continue ? 'refusals_first' : 'refusals_late');
}

export function unknown(name: CheckName): Check {
  return check(name, 'not_found_out');
}

function check(name: CheckName, finding: Finding, values: Readonly<Record<string, string>> = {}): Check {
  return { name, status: FINDINGS[finding].status, finding, values, detail: sentenceOf(finding, values) };
}

function echoOf(outcome: ProbeOutcome): ProbeEcho | undefined {
  return outcome.kind === 'answer' ? outcome.echo : undefined;
}

function inMib(bytes: number): string {
  return String(Math.floor(bytes / MIB));
}
