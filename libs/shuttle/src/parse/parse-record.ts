import { parseAppRecord } from './parse-app-record.js';
import { parseBuildRecord } from './parse-build-record.js';
import { parseIstioRecord } from './parse-istio-record.js';
import type { ParseContext, ParseResult } from './parse-result.js';
import { parseWebRecord } from './parse-web-record.js';

type Parser = (bytes: Buffer, context: ParseContext) => ParseResult;

/** Topics whose records have a form of their own; records of all others are lines of apps. */
const PARSERS: ReadonlyMap<string, Parser> = new Map([
  ['alamobuildlogs', parseBuildRecord],
  ['alamoweblogs', parseWebRecord],
  ['istio-access-logs', parseIstioRecord],
]);

/** What is in a topic; its name itself may be a customer's. */
export type TopicKind = 'app' | 'build' | 'web' | 'istio';

const KINDS: ReadonlyMap<string, TopicKind> = new Map([
  ['alamobuildlogs', 'build'],
  ['alamoweblogs', 'web'],
  ['istio-access-logs', 'istio'],
]);

export function topicKind(topic: string): TopicKind {
  return KINDS.get(topic) ?? 'app';
}

/** Whether records of the topic are made by the platform and not by an app. */
export function isPlatformTopic(topic: string): boolean {
  return PARSERS.has(topic);
}

/** Kafka's own topics, and everybody's that are not meant to be read, begin with `_`. */
export function isLogTopic(topic: string): boolean {
  return !topic.startsWith('_');
}

/**
 * The lines of a log that one record of the stream holds. The topic decides how it is read, never where it goes. Does not
 * throw, whatever the bytes are.
 */
export function parseRecord(bytes: Buffer, context: ParseContext): ParseResult {
  const parse = PARSERS.get(context.position.topic) ?? parseAppRecord;
  try {
    return parse(bytes, context);
  } catch {
    // One record must not end the reading of all others, again at every start, for something that nobody has thought of.
    return 'wrong_shape';
  }
}
