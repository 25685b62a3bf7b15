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

export const STATUSES = ['ok', 'warning', 'failed', 'unknown'] as const;
export type CheckStatus = (typeof STATUSES)[number];

export interface Check {
  readonly name: CheckName;
  readonly status: CheckStatus;
  /** What was seen, and what to do about it. */
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
  if (outcome.kind === 'none') {
    const detail = `PUBLIC_URL does not answer this server (${outcome.reason}). Correct it, or open this address from the server's network.`;
    return { name, status: 'failed', detail };
  }
  if (outcome.echo) return { name, status: 'ok', detail: 'PUBLIC_URL leads here.' };
  const detail = `PUBLIC_URL leads to something else: it answered ${outcome.status}. Correct PUBLIC_URL or the proxy's route.`;
  return { name, status: 'failed', detail };
}

export function judgeForwarded(outcome: ProbeOutcome, publicUrl: string): Check {
  const name = 'forwarded';
  const echo = echoOf(outcome);
  if (!echo) return unknown(name);
  if (echo.is_proxy_ignored) {
    const detail =
      'The proxy is not in TRUSTED_PROXIES, so what it says about clients is ignored and all of them look like one.';
    return { name, status: 'failed', detail };
  }
  const { protocol, host } = new URL(publicUrl);
  const seen = `${echo.protocol}://${echo.host}`;
  if (seen === `${protocol}//${host}`) return { name, status: 'ok', detail: `Requests arrive as ${seen}.` };
  const detail = `Requests arrive as ${seen} instead of ${protocol}//${host}. Have the proxy set X-Forwarded-Proto and X-Forwarded-Host.`;
  return { name, status: 'failed', detail };
}

export function judgeRequestStreaming(outcome: ProbeOutcome): Check {
  const name = 'request_streaming';
  const echo = echoOf(outcome);
  if (echo?.first_byte_ms === undefined || echo.last_byte_ms === undefined) return unknown(name);
  if (echo.last_byte_ms - echo.first_byte_ms >= SEPARATE_MS) {
    return { name, status: 'ok', detail: 'Bytes of an upload arrive as they are sent.' };
  }
  const detail =
    'The proxy keeps whole uploads before it passes them on. Turn request buffering off (nginx: proxy_request_buffering off).';
  return { name, status: 'failed', detail };
}

export function judgeBodySize(outcomes: readonly { readonly bytes: number; readonly outcome: ProbeOutcome }[]): Check {
  const name = 'body_size';
  const isRefused = ({ outcome }: { outcome: ProbeOutcome }) => outcome.kind === 'answer' && !outcome.echo;
  const refused = outcomes.filter(isRefused);
  const accepted = outcomes.filter((each) => !isRefused(each)).map(({ bytes }) => bytes);
  const largest = outcomes.at(-1)?.bytes ?? 0;
  if (refused.length === 0) {
    return { name, status: 'ok', detail: `Uploads up to ${inMib(largest)} may pass, which is MAX_UPLOAD_BYTES.` };
  }
  const seen = accepted.length > 0 ? `lets ${inMib(Math.max(...accepted))} pass and` : 'refuses even 1 MiB and';
  const statuses = refused.map(({ outcome }) => (outcome.kind === 'answer' ? outcome.status : 0));
  const detail = `The proxy ${seen} answers ${Math.max(...statuses)} to larger uploads. Raise its limit to MAX_UPLOAD_BYTES (nginx: client_max_body_size 0).`;
  return { name, status: 'failed', detail };
}

export function judgeResponseStreaming(outcome: ProbeOutcome): Check {
  const name = 'response_streaming';
  if (outcome.kind === 'none' || outcome.status !== 200) return unknown(name);
  if (outcome.spreadMs >= SEPARATE_MS) return { name, status: 'ok', detail: 'Live events arrive at once.' };
  const detail =
    'The proxy holds answers back until they end, so that live events do not arrive. Turn response buffering off, or let it heed X-Accel-Buffering.';
  return { name, status: 'failed', detail };
}

export function judgeExpectContinue(outcome: ProbeOutcome): Check {
  const name = 'expect_continue';
  const echo = echoOf(outcome);
  if (!echo) return unknown(name);
  if (echo.expects_continue) {
    return { name, status: 'ok', detail: 'A refused upload sends no bytes: Expect: 100-continue arrives.' };
  }
  const detail =
    'The proxy answers Expect: 100-continue by itself, as nginx always does: a refused upload sends some megabytes before it sees why.';
  return { name, status: 'warning', detail };
}

export function unknown(name: CheckName): Check {
  return { name, status: 'unknown', detail: 'Could not be found out; what failed before has to be mended first.' };
}

function echoOf(outcome: ProbeOutcome): ProbeEcho | undefined {
  return outcome.kind === 'answer' ? outcome.echo : undefined;
}

function inMib(bytes: number): string {
  return `${Math.floor(bytes / MIB).toLocaleString('en')} MiB`;
}
