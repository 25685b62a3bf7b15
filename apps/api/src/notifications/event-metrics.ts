import { Injectable } from '@nestjs/common';
import { Metrics } from '../common/metrics/metrics.js';
import { EventFeed } from './event-feed.js';
import { EventStreams } from './event-streams.js';

/** Who watches, and how far behind they are. */
@Injectable()
export class EventMetrics {
  constructor(metrics: Metrics, streams: EventStreams, feed: EventFeed) {
    metrics.gauge({ name: 'logs_collector_event_streams', help: 'Open streams of live events.' }, () => [
      { value: streams.count },
    ]);
    metrics.gauge(
      {
        name: 'logs_collector_event_outbox_lag',
        help: 'Events that are written and not told to the open streams of this process yet.',
      },
      async () => [{ value: await feed.lag() }],
    );
  }
}
