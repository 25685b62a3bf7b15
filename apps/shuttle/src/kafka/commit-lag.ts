import { type KafkaConnection, withAdmin } from './kafka-connection.js';
import { latestOffsets } from './latest-offsets.js';
import { partitionKey } from './partition-offsets.js';
import { listLogTopics } from './topic-watch.js';

/**
 * How many records the brokers have that the group has not committed, of all partitions together: what would be read again,
 * or for the first time, if all its members ended now.
 */
export async function commitLag(connection: KafkaConnection, groupId: string): Promise<number> {
  const topics = await listLogTopics(connection);
  if (topics.size === 0) return 0;
  return withAdmin(connection, async (admin) => {
    const groups = await admin.listConsumerGroupOffsets({ groups: [groupId] });
    const committed = new Map(
      groups.flatMap((group) =>
        group.topics.flatMap(({ name, partitions }) =>
          partitions.map(({ partitionIndex, committedOffset }) => [
            partitionKey(name, partitionIndex),
            committedOffset,
          ]),
        ),
      ),
    );
    let lag = 0n;
    for (const { name, partitions } of await latestOffsets(admin, topics)) {
      for (const { partitionIndex, offset } of partitions) {
        const from = committed.get(partitionKey(name, partitionIndex)) ?? 0n;
        if (offset > from) lag += offset - from;
      }
    }
    return Number(lag);
  });
}
