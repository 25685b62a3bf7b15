import type { Admin } from '@platformatic/kafka';
import { latestOffsets } from './latest-offsets.js';
import type { LogTopics } from './topic-watch.js';

/**
 * Decides where a consumer group begins that has never read anything: `latest` leaves out what is in the topics already.
 * Written down as offsets of the group, so that topics which appear later are read from their start, whatever happens.
 */
export async function decideFirstStart(
  admin: Admin,
  groupId: string,
  topics: LogTopics,
  from: 'latest' | 'earliest',
): Promise<void> {
  if (from === 'earliest' || topics.size === 0 || (await hasOffsets(admin, groupId))) return;
  const ends = await latestOffsets(admin, topics);
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
