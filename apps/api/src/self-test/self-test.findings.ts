export const STATUSES = ['ok', 'warning', 'failed', 'unknown'] as const;
export type CheckStatus = (typeof STATUSES)[number];

/** What can be found out, with how good it is and what there is to do; `{name}` is a value. */
export const FINDINGS = {
  leads_here: { status: 'ok', text: 'PUBLIC_URL leads here.' },
  no_answer: {
    status: 'failed',
    text: "PUBLIC_URL does not answer this server ({reason}). Correct it, or open this address from the server's network.",
  },
  leads_elsewhere: {
    status: 'failed',
    text: "PUBLIC_URL leads to something else: it answered {status}. Correct PUBLIC_URL or the proxy's route.",
  },
  forwarded: { status: 'ok', text: 'Requests arrive as {seen}.' },
  proxy_not_trusted: {
    status: 'failed',
    text: 'The proxy is not in TRUSTED_PROXIES, so what it says about clients is ignored and all of them look like one.',
  },
  forwarded_otherwise: {
    status: 'failed',
    text: 'Requests arrive as {seen} instead of {expected}. Have the proxy set X-Forwarded-Proto and X-Forwarded-Host.',
  },
  uploads_stream: { status: 'ok', text: 'Bytes of an upload arrive as they are sent.' },
  uploads_held_back: {
    status: 'failed',
    text: 'The proxy keeps whole uploads before it passes them on. Turn request buffering off (nginx: proxy_request_buffering off).',
  },
  sizes_pass: { status: 'ok', text: 'Uploads up to {largest} MiB may pass, which is MAX_UPLOAD_BYTES.' },
  sizes_limited: {
    status: 'failed',
    text: 'The proxy lets {largest} MiB pass and answers {status} to larger uploads. Raise its limit to MAX_UPLOAD_BYTES (nginx: client_max_body_size 0).',
  },
  sizes_refused: {
    status: 'failed',
    text: 'The proxy refuses even 1 MiB: it answers {status}. Raise its limit to MAX_UPLOAD_BYTES (nginx: client_max_body_size 0).',
  },
  events_at_once: { status: 'ok', text: 'Live events arrive at once.' },
  events_held_back: {
    status: 'failed',
    text: 'The proxy holds answers back until they end, so that live events do not arrive. Turn response buffering off, or let it heed X-Accel-Buffering.',
  },
  refusals_first: { status: 'ok', text: 'A refused upload sends no bytes: Expect: 100-continue arrives.' },
  refusals_late: {
    status: 'warning',
    text: 'The proxy answers Expect: 100-continue by itself, as nginx always does: a refused upload sends some megabytes before it sees why.',
  },
  not_found_out: { status: 'unknown', text: 'Could not be found out; what failed before has to be mended first.' },
} as const satisfies Readonly<Record<string, { readonly status: CheckStatus; readonly text: string }>>;

export type Finding = keyof typeof FINDINGS;
export const FINDING_NAMES = Object.keys(FINDINGS) as readonly Finding[];

/** The sentence of a finding with its values, in English. */
export function sentenceOf(finding: Finding, values: Readonly<Record<string, string>>): string {
  return FINDINGS[finding].text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
