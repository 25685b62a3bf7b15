import type { Settings } from '../config/settings.js';
import type { RecordSender } from '../kafka/record-sender.js';
import type { ShuttleLog } from '../log.js';
import { AccessLogCounts } from './access-log-counts.js';
import { AccessLogIntake } from './access-log-intake.js';
import { AccessLogPublisher } from './access-log-publisher.js';
import { AccessLogServer } from './access-log-server.js';

const TOPIC = 'istio-access-logs';
/** What Envoys have sent is in Kafka in a moment, or Kafka is away. */
const CLOSE_LIMIT_MS = 5_000;

export interface AccessLogs {
  readonly counts: AccessLogCounts;
  /** Rejects while what is received does not get into Kafka. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Everything between the port for Envoys and Kafka. Resolves when the port is open. */
export async function startAccessLogs(settings: Settings, sender: RecordSender, log: ShuttleLog): Promise<AccessLogs> {
  const counts = new AccessLogCounts(log);
  const publisher = new AccessLogPublisher((records) => sender.sendAll(TOPIC, records), counts, log);
  const detailed = settings.RUN_ISTIO_ALS_DEBUG ? log.child({}, { level: 'debug' }) : log;
  const server = new AccessLogServer({
    intake: new AccessLogIntake(publisher, counts, detailed),
    counts,
    log,
    authKey: settings.AUTH_KEY,
    trusted: settings.ISTIO_ALS_ALLOW_NETS,
  });
  const port = await server.listen(settings.HOST, settings.ISTIO_ALS_PORT);
  log.info({ msg: 'listening for access logs', port });
  return {
    counts,
    check: () => publisher.check(),
    close: async () => {
      // Streams end when Kafka has what they brought, or it is given up.
      const timer = setTimeout(() => publisher.giveUp(), CLOSE_LIMIT_MS);
      await server.close(CLOSE_LIMIT_MS + 1_000);
      await publisher.settled();
      clearTimeout(timer);
      counts.close();
    },
  };
}
