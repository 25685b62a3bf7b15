import { type Admin, ListOffsetTimestamps } from '@platformatic/kafka';

/**
 * Decides where a consumer group begins that has never read anything: `latest` leaves out what is in the topics already.
 * Written down as offsets of the group, so that topics which appear later are read from their start, whatever happens.
 */
export async function decideFirstStart(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
  from: 'latest' | 'earliest',
): Promise<void> {
  if (from === 'earliest' || topics.length === 0 || (await hasOffsets(admin, groupId))) return;
  const metadata = await admin.metadata({ topics: [...topics] });
  const partitionsOf = (topic: string) => [...Array(metadata.topics.get(topic)?.partitionsCount ?? 0).keys()];
  const ends = await admin.listOffsets({
    topics: topics.map((name) => ({
      name,
      partitions: partitionsOf(name).map((partitionIndex) => ({
        partitionIndex,
        timestamp: ListOffsetTimestamps.LATEST,
      })),
    })),
  });
  await admin.alterConsumerGroupOffsets({
    groupId,
    topics: ends.map(({ name, partitions }) => ({
      name,
      partitionOffsets: partitions.map(({ partitionIndex, offset }) => ({ partition: partitionIndex, offset })),
    })),
  });
}

async function hasOffsets(admin: Admin, groupId: string): Promise<boolean> {
  const groups = await admin.listConsumerGroupOffsets({ groups: [groupId] });
  return groups.some(({ topics }) => topics.some(({ partitions }) => partitions.length > 0));
}
