export interface Broker {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 9_092;

/** `kafka-1,kafka-2:9093,[::1]:9092`; throws RangeError. */
export function parseBrokers(text: string): Broker[] {
  const brokers = text.split(',').flatMap((item) => (item.trim() === '' ? [] : [parseBroker(item.trim())]));
  if (brokers.length === 0) throw new RangeError('must be set: a comma list of host or host:port');
  return brokers;
}

function parseBroker(text: string): Broker {
  const url = URL.parse(`kafka://${text}`);
  if (!url || `${url.hostname}${url.port && `:${url.port}`}` !== text || url.hostname === '') {
    throw new RangeError('must be a comma list of host or host:port');
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? DEFAULT_PORT : Number(url.port) };
}
