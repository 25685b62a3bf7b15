/** Where a record stands in the stream: what its offset commit and its stable id are made of. */
export interface StreamPosition {
  readonly topic: string;
  readonly partition: number;
  /** As Kafka counts, 0 for the first record of a partition; larger than 2^53 is nowhere reached. */
  readonly offset: number;
}

/** To whom drains and sessions belong. Never joined into one text: app `ab` in `c` is not app `a` in `bc`. */
export type Destination =
  | { readonly kind: 'app'; readonly app: string; readonly space: string }
  | { readonly kind: 'site'; readonly site: string };

/** One line of a log on its way from a source to the drains of its destination. */
export interface LogRecord {
  readonly destination: Destination;
  /** The process type, such as `web`; lines of one destination and process keep their order. */
  readonly process: string;
  /** `stderr` of the source: severity err; everything else is info. */
  readonly severity: 'err' | 'info';
  /** RFC 3339 with the offset and the fraction that the source gave. */
  readonly time: string;
  /** APP-NAME of the syslog packet (RFC 5424, section 6.2.5), not yet cut to what the RFC allows. */
  readonly tag: string;
  readonly text: string;
  readonly position: StreamPosition;
  /** The ticket from whose archive it is sent again. */
  readonly ticket?: string;
}
