import { asText, type JsonObject } from '@logs-collector/shuttle/parse/json-object';
import { ownerOfEntry } from '@logs-collector/shuttle/parse/parse-access-log-entry';
import type { KeyedRecord } from '../kafka/record-sender.js';
import type { ShuttleLog } from '../log.js';
import type { AccessLogCounts } from './access-log-counts.js';
import type { AccessLogPublisher } from './access-log-publisher.js';
import { type AccessLogs, decodeAccessLogs } from './decode-access-logs.js';

/** From the messages of Envoys to records of the topic. */
export class AccessLogIntake {
  constructor(
    private readonly publisher: AccessLogPublisher,
    private readonly counts: AccessLogCounts,
    /** On its debug level: what comes and what is left out, without anything that a customer has asked for. */
    private readonly log: ShuttleLog,
  ) {}

  /** Resolves when Kafka has what the message says. Throws where it is no message. */
  take(bytes: Uint8Array): Promise<void> {
    const logs = this.decode(bytes);
    const records = logs.httpEntries.flatMap((entry) => this.recordOf(entry));
    this.counts.tcp += logs.tcpEntryCount;
    this.log.debug({
      msg: 'access log message',
      ...logs.identifier,
      entries: logs.httpEntries.length,
      published: records.length,
      tcp: logs.tcpEntryCount,
    });
    return this.publisher.publish(records);
  }

  private decode(bytes: Uint8Array): AccessLogs {
    try {
      return decodeAccessLogs(bytes);
    } catch (error) {
      this.counts.undecodable += 1;
      throw error;
    }
  }

  private recordOf(entry: JsonObject): KeyedRecord[] {
    const owner = ownerOfEntry(entry);
    if (owner) return [{ key: Buffer.from(`${owner.app}.${owner.space}`), value: Buffer.from(JSON.stringify(entry)) }];
    this.counts.skipped += 1;
    this.log.debug({ msg: 'access log entry skipped', cluster: clusterOf(entry) });
    return [];
  }
}

function clusterOf({ common_properties: common }: JsonObject): string | undefined {
  return typeof common === 'object' && common !== null && 'upstream_cluster' in common
    ? asText(common.upstream_cluster)
    : undefined;
}
