import { errorCode } from '@logs-collector/runtime/error-code';
import { ConnectRefusedError } from '@logs-collector/runtime/safe-connect';

/** What the system's and OpenSSL's codes mean to whoever set the drain up. */
const TEXTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "The receiver's certificate has expired.",
  CERT_NOT_YET_VALID: "The receiver's certificate is not valid yet.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The receiver's certificate is for another host name.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The receiver's certificate comes from an unknown authority.",
  SELF_SIGNED_CERT_IN_CHAIN: "The receiver's certificate comes from an unknown authority.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "The receiver's certificate comes from an unknown authority.",
  UNABLE_TO_GET_ISSUER_CERT: "The receiver's certificate comes from an unknown authority.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "The receiver's certificate comes from an unknown authority.",
  CERT_SIGNATURE_FAILURE: "The receiver's certificate comes from an unknown authority.",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'The receiver wants a client certificate.',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'The receiver does not know the authority of the client certificate.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The receiver does not speak TLS on this port.',
  ECONNREFUSED: 'The receiver refused the connection.',
  ECONNRESET: 'The receiver reset the connection.',
  EPIPE: 'The receiver closed the connection.',
  ETIMEDOUT: 'The receiver did not answer in time.',
  EHOSTUNREACH: 'The receiver cannot be reached.',
  ENETUNREACH: 'The receiver cannot be reached.',
  ENOTFOUND: "The receiver's host name is unknown.",
  EAI_AGAIN: "The receiver's host name could not be looked up.",
};

/** One sentence about why a delivery failed. */
export function failureText(error: unknown): string {
  if (error instanceof ConnectRefusedError) return error.message;
  const code = errorCode(error);
  if (code !== undefined) return TEXTS[code] ?? `The connection failed (${code}).`;
  return error instanceof AggregateError ? failureText(error.errors[0]) : 'The connection failed.';
}
