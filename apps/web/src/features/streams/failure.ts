/** What the log shuttle says of a receiver, by the key of our own words for it: its sentences are English. */
const FAILURES = {
  "The receiver's certificate has expired.": 'certificate_expired',
  "The receiver's certificate is not valid yet.": 'certificate_early',
  "The receiver's certificate is for another host name.": 'certificate_name',
  "The receiver's certificate comes from an unknown authority.": 'certificate_authority',
  'The receiver wants a client certificate.': 'certificate_wanted',
  'The receiver does not know the authority of the client certificate.': 'certificate_refused',
  'The receiver does not speak TLS on this port.': 'no_tls',
  'The receiver refused the connection.': 'refused',
  'The receiver reset the connection.': 'reset',
  'The receiver closed the connection.': 'closed',
  'The receiver did not answer in time.': 'silent',
  'The receiver cannot be reached.': 'unreachable',
  "The receiver's host name is unknown.": 'name_unknown',
  "The receiver's host name could not be looked up.": 'name_lookup',
  'The receiver does not read what it is sent.': 'not_reading',
} as const;

const ANSWERED = /^The receiver answered (?<status>\d+)\.$/;

type FailureKey = (typeof FAILURES)[keyof typeof FAILURES];

export type Failure = { readonly key: FailureKey } | { readonly key: 'answered'; readonly status: string };

/** Undefined where we have no words of our own. */
export function failureOf(sentence: string): Failure | undefined {
  const status = ANSWERED.exec(sentence)?.groups?.status;
  if (status !== undefined) return { key: 'answered', status };
  const known = Object.entries(FAILURES).find(([text]) => text === sentence);
  return known && { key: known[1] };
}
