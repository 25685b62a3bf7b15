import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import type { SafeConnect } from '@logs-collector/runtime/safe-connect';
import { DrainHost } from '@logs-collector/shuttle/delivery/drain-host';
import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import { startAccessLogs } from './access-logs/start-access-logs.js';
import { prepareSecretKey, type Settings } from './config/settings.js';
import { openDatabase } from './database/data-source.js';
import { takeBufferDirectory } from './drains/buffer-directory.js';
import { drainGuard } from './drains/drain-guard.js';
import { addDrainRoutes } from './drains/drain-routes.js';
import { DrainStore } from './drains/drain-store.js';
import { InheritedBuffers } from './drains/inherited-buffers.js';
import { RunningDrains } from './drains/running-drains.js';
import { addHealthRoutes } from './health/health-routes.js';
import { createServer } from './http/server.js';
import { BegunGroups } from './kafka/begun-groups.js';
import { boundUnpacking } from './kafka/bounded-unpacking.js';
import { commitLag } from './kafka/commit-lag.js';
import { GroupReader } from './kafka/group-reader.js';
import { type KafkaConnection, kafkaConnection, withAdmin } from './kafka/kafka-connection.js';
import { RecordSender } from './kafka/record-sender.js';
import type { ShuttleLog } from './log.js';
import { addLogEventRoutes } from './log-events/log-event-routes.js';
import { addLineRoutes } from './management/line-routes.js';
import { addManagementRoutes } from './management/management-routes.js';
import { serveShuttleMetrics } from './metrics/serve-shuttle-metrics.js';
import { Pump } from './pump/pump.js';
import { SessionHub } from './sessions/session-hub.js';
import { addSessionRoutes } from './sessions/session-routes.js';
import { SessionTickets } from './sessions/session-tickets.js';
import { StateReporter } from './states/state-reporter.js';
import { StateStore } from './states/state-store.js';

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
  const guard = drainGuard(settings.DRAIN_ALLOW_NETS);
  const database = await openDatabase(settings.DB_URL);
  const store = new DrainStore(database, keyRing);
  await store.sealAnew();
  const sender = new RecordSender(connection);
  const accessLogs = receivesAccessLogs(settings) ? await startAccessLogs(settings, sender, log) : undefined;
  const server = createServer(settings.AUTH_KEY, log);
  const states = new StateStore(database);
  const delivery = settings.RUN_SESSION
    ? undefined
    : await startDelivery(settings, { database, store, states, guard, connection, log });
  boundUnpacking((batch) => {
    log.warn({ msg: 'a batch of records is passed over: unpacked, it would be too much', ...batch });
    delivery?.metered.pump.pass(batch.records);
  });
  const onChange = () => delivery?.sync() ?? Promise.resolve();
  const hub = new SessionHub(connection, log);
  addHealthRoutes(server, {
    database: () => store.revisions(),
    kafka: () => withAdmin(connection, (admin) => admin.listTopics()),
    ...(accessLogs && { access_logs: () => accessLogs.check() }),
  });
  addLogEventRoutes(server, sender.send);
  addDrainRoutes(server, { store, guard, onChange });
  addManagementRoutes(server, {
    store,
    states,
    guard,
    hostname: hostnameFor(settings),
    onChange,
  });
  addLineRoutes(server, { store, runnerOf: async (id) => delivery?.runnerOf(id) });
  addSessionRoutes(server, { tickets: new SessionTickets(keyRing), hub, baseUrl: settings.SESSION_URL, log });
  const stopMetrics = await serveShuttleMetrics(settings, server, log, {
    sessions: hub,
    delivery: delivery?.metered,
    accessLogs: accessLogs?.counts,
  });
  return {
    server,
    close: async () => {
      stopMetrics();
      // Sessions first, as the server cuts off what they still have to say.
      await Promise.all([hub.end(), accessLogs?.close()]);
      await closeServer(server);
      await Promise.all([delivery?.close(), hub.stop()]);
      await sender.close();
      await database.destroy();
    },
  };
}

/** An instance for sessions does nothing else. */
function receivesAccessLogs({ RUN_ISTIO_ALS, RUN_SESSION }: Settings): boolean {
  return RUN_ISTIO_ALS && !RUN_SESSION;
}

async function closeServer(server: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), ANSWER_DEADLINE_MS);
  await server.close();
  clearTimeout(timer);
}

interface DeliveryParts {
  readonly database: DataSource;
  readonly store: DrainStore;
  readonly states: StateStore;
  readonly guard: SafeConnect;
  readonly connection: KafkaConnection;
  readonly log: ShuttleLog;
}

/** HOSTNAME of every packet, where it is not that of its record. */
function hostnameFor({ TEST_MODE }: Settings): string | undefined {
  return TEST_MODE ? TEST_HOSTNAME : undefined;
}

/** From Kafka to the drains. */
async function startDelivery(settings: Settings, { database, store, states, guard, connection, log }: DeliveryParts) {
  const buffers = takeBufferDirectory(join(settings.DATA_DIR, 'shuttle-buffers'));
  const host = await DrainHost.open({
    bufferDirectory: buffers.path,
    bufferBytes: settings.DRAIN_BUFFER_BYTES,
    bufferTotalBytes: settings.DRAIN_BUFFER_TOTAL,
    minFreeBytes: settings.MIN_FREE_BYTES,
    policy: settings.DRAIN_BUFFER_POLICY,
    maxConnections: settings.MAX_SYSLOG_CONNECTIONS,
    guard,
    hostname: hostnameFor(settings),
    onTrouble: (drain, error) => log.warn({ msg: 'a drain cannot be looked after', drain, error }),
  });
  const drains = new RunningDrains(store, host, log);
  const pump = new Pump(drains, log);
  const groupId = settings.TEST_MODE ? 'logshuttletest' : 'logshuttle';
  const reader = new GroupReader({
    connection,
    groupId,
    from: settings.KAFKA_FROM,
    begunGroups: new BegunGroups(database),
    log,
    onRecord: pump.receive,
  });
  const reporter = new StateReporter(randomUUID(), host, states, log);
  const inherited = new InheritedBuffers({
    own: buffers,
    host,
    ids: async () => [...(await store.revisions()).keys()],
    log,
  });
  await drains.start();
  reporter.start();
  inherited.start();
  reader.start();
  return {
    sync: () => drains.sync(),
    metered: { host, pump, commitLag: () => commitLag(connection, groupId) },
    /** One that was added at another instance may not run here yet. */
    runnerOf: async (id: string) => {
      if (!host.get(id)) await drains.sync();
      return host.get(id);
    },
    close: async () => {
      await drains.stop();
      await reporter.stop();
      await reader.stop(() => host.close(FLUSH_DEADLINE_MS));
      pump.stop();
      await inherited.stop();
      buffers.release();
    },
  };
}
