import { Admin, type BaseOptions, type SASLMechanismValue } from '@platformatic/kafka';
import type { Settings } from '../config/settings.js';

const CLIENT_ID = 'logshuttle';
const REQUEST_TIMEOUT_MS = 5_000;

export type KafkaConnection = BaseOptions;

/** How every client of ours reaches the brokers. */
export function kafkaConnection(settings: Settings): KafkaConnection {
  const { KAFKA_SASL_MECHANISM: mechanism } = settings;
  return {
    clientId: CLIENT_ID,
    bootstrapBrokers: settings.KAFKA_HOSTS.map(({ host, port }) => ({ host, port })),
    connectTimeout: REQUEST_TIMEOUT_MS,
    timeout: REQUEST_TIMEOUT_MS,
    retries: 1,
    retryDelay: 500,
    tls: settings.KAFKA_TLS ? { ca: settings.KAFKA_CA, cert: settings.KAFKA_CERT, key: settings.KAFKA_KEY } : undefined,
    sasl: mechanism
      ? {
          mechanism: mechanism.toUpperCase() as SASLMechanismValue,
          username: settings.KAFKA_SASL_USERNAME,
          password: settings.KAFKA_SASL_PASSWORD,
        }
      : undefined,
  };
}

/** Runs one errand at the brokers. */
export async function withAdmin<T>(connection: KafkaConnection, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin(connection);
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
