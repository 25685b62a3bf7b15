import { join } from 'node:path';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { SafeConnect } from '@logs-collector/runtime/safe-connect';
import { DrainHost } from '@logs-collector/shuttle/delivery/drain-host';
import type { FastifyInstance } from 'fastify';
import { prepareSecretKey, type Settings } from './config/settings.js';
import { openDatabase } from './database/data-source.js';
import { takeBufferDirectory } from './drains/buffer-directory.js';
import { addDrainRoutes } from './drains/drain-routes.js';
import { DrainStore } from './drains/drain-store.js';
import { RunningDrains } from './drains/running-drains.js';
import { addHealthRoutes } from './health/health-routes.js';
import { createServer } from './http/server.js';
import { GroupReader } from './kafka/group-reader.js';
import { type KafkaConnection, kafkaConnection, withAdmin } from './kafka/kafka-connection.js';
import { RecordSender } from './kafka/record-sender.js';
import type { ShuttleLog } from './log.js';
import { addLogEventRoutes } from './log-events/log-event-routes.js';
import { Pump } from './pump/pump.js';
import { SessionHub } from './sessions/session-hub.js';
import { addSessionRoutes } from './sessions/session-routes.js';
import { SessionTickets } from './sessions/session-tickets.js';

const DRAIN_SCHEMES = ['http', 'https', 'syslog+tcp', 'syslog+udp', 'syslog+tls'];
/** Orchestrators wait half a minute before they kill. */
const FLUSH_DEADLINE_MS = 20_000;
/** How long requests that are under way have to be answered when the process ends. */
const ANSWER_DEADLINE_MS = 2_000;
const TEST_HOSTNAME = 'logshuttle-test';

export interface Shuttle {
  readonly server: FastifyInstance;
  /** Answers no more, delivers what can be delivered in time, keeps the rest. */
  close(): Promise<void>;
}

/** The composition root: builds everything, and begins to read once the drains are known. Listening is the caller's. */
export async function startShuttle(settings: Settings, log: ShuttleLog): Promise<Shuttle> {
  const keyRing = new KeyRing(prepareSecretKey(settings), settings.SECRET_KEY_PREVIOUS);
  const connection = kafkaConnection(settings);
  const guard = new SafeConnect({ schemes: DRAIN_SCHEMES, allow: settings.DRAIN_ALLOW_NETS });
  const database = await openDatabase(settings.DB_URL);
  const store = new DrainStore(database, keyRing);
  await store.sealAnew();
  const sender = new RecordSender(connection);
  const server = createServer(settings.AUTH_KEY, log);
  const delivery = settings.RUN_SESSION ? undefined : await startDelivery(settings, { store, guard, connection, log });
  const hub = new SessionHub(connection, log);
  addHealthRoutes(server, {
    database: () => store.ids(),
    kafka: () => withAdmin(connection, (admin) => admin.listTopics()),
  });
  addLogEventRoutes(server, sender.send);
  addDrainRoutes(server, { store, guard, onChange: () => delivery?.sync() ?? Promise.resolve() });
  addSessionRoutes(server, { tickets: new SessionTickets(keyRing), hub, baseUrl: settings.SESSION_URL, log });
  return {
    server,
    close: async () => {
      // Sessions first, as the server cuts off what they still have to say.
      await hub.end();
      await closeServer(server);
      await Promise.all([delivery?.close(), hub.stop()]);
      await sender.close();
      await database.destroy();
    },
  };
}

async function closeServer(server: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), ANSWER_DEADLINE_MS);
  await server.close();
  clearTimeout(timer);
}

interface DeliveryParts {
  readonly store: DrainStore;
  readonly guard: SafeConnect;
  readonly connection: KafkaConnection;
  readonly log: ShuttleLog;
}

/** From Kafka to the drains. */
async function startDelivery(settings: Settings, { store, guard, connection, log }: DeliveryParts) {
  const buffers = takeBufferDirectory(join(settings.DATA_DIR, 'shuttle-buffers'));
  const host = await DrainHost.open({
    bufferDirectory: buffers.path,
    bufferBytes: settings.DRAIN_BUFFER_BYTES,
    bufferTotalBytes: settings.DRAIN_BUFFER_TOTAL,
    minFreeBytes: settings.MIN_FREE_BYTES,
    policy: settings.DRAIN_BUFFER_POLICY,
    maxConnections: settings.MAX_SYSLOG_CONNECTIONS,
    guard,
    hostname: settings.TEST_MODE ? TEST_HOSTNAME : undefined,
    onTrouble: (drain, error) => log.warn({ msg: 'a drain cannot be looked after', drain, error }),
  });
  const drains = new RunningDrains(store, host, log);
  const pump = new Pump(drains, log);
  const reader = new GroupReader({
    connection,
    groupId: settings.TEST_MODE ? 'logshuttletest' : 'logshuttle',
    from: settings.KAFKA_FROM,
    log,
    onRecord: pump.receive,
  });
  await drains.start();
  reader.start();
  return {
    sync: () => drains.sync(),
    close: async () => {
      await drains.stop();
      await reader.stop(() => host.close(FLUSH_DEADLINE_MS));
      pump.stop();
      buffers.release();
    },
  };
}
