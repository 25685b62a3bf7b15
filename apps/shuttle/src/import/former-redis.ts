import { errorCode } from '@logs-collector/runtime/error-code';
import { parseJsonObject } from '@logs-collector/shuttle/parse/json-object';
import { ConnectionTimeoutError, createClient, ErrorReply, SocketTimeoutError } from '@redis/client';
import type { FormerRow } from './former-drain.js';
import { ImportError } from './import-error.js';

/** The list under which the former shuttle keeps its drains, one JSON text each. */
const LIST = 'routes';
const CONNECT_TIMEOUT_MS = 10_000;
/** Of a Redis that has taken the connection. */
const SILENCE_TIMEOUT_MS = 10_000;

/** All drains of the former Redis, which is only read. */
export async function readFormerRedis(url: string): Promise<FormerRow[]> {
  const client = createClient({
    url,
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_TIMEOUT_MS, reconnectStrategy: false },
  });
  // Whoever asks learns of it by the failure of the request.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // At once: page by page, what the former shuttle removes meanwhile would let others slip through.
    const entries = await client.lRange(LIST, 0, -1);
    return entries.map((text, index) => ({ ...parseJsonObject(Buffer.from(text)), place: `${LIST}[${index}]` }));
  } catch (error) {
    throw new ImportError(`The drains in REDIS_URL cannot be read (${reasonOf(error)}).`, { cause: error });
  } finally {
    client.destroy();
  }
}

/** Without anything of the address: the first word of what Redis answers is a code, such as NOAUTH. */
function reasonOf(error: unknown): string {
  if (error instanceof ErrorReply) return error.message.split(' ', 1)[0] ?? 'refused';
  if (error instanceof ConnectionTimeoutError || error instanceof SocketTimeoutError) return 'no answer';
  return errorCode(error) ?? 'unknown error';
}
