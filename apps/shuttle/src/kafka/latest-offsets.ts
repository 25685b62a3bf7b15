import { type Admin, ListOffsetTimestamps } from '@platformatic/kafka';
import type { LogTopics } from './topic-watch.js';

/** Where each partition of these topics ends at present: the offset that its next record will have. */
export function latestOffsets(admin: Admin, topics: LogTopics) {
  return admin.listOffsets({
    topics: Array.from(topics, ([name, count]) => ({
      name,
      partitions: Array.from({ length: count }, (_, partitionIndex) => ({
        partitionIndex,
        timestamp: ListOffsetTimestamps.LATEST,
      })),
    })),
  });
}
