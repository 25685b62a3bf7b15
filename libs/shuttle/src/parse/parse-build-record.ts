import { splitAppSpace } from '../app-space.js';
import { asTime } from '../timestamp.js';
import { parseJsonObject } from './json-object.js';
import type { ParseContext, ParseResult } from './parse-result.js';

export const BUILD_TAG = 'akkeris/build';
const DEFAULT_SPACE = 'default';

/** A build argument as `docker build` shows it; it may be a secret, and spaces may be part of it. */
const BUILD_ARGUMENT = /^([ \t]*Step \d+\/\d+ : ARG [^\s=]+=).*$/gim;

/** A line of a build: `{build, job, message, metadata: 'app-space'}`. */
export function parseBuildRecord(bytes: Buffer, context: ParseContext): ParseResult {
  const record = parseJsonObject(bytes);
  if (!record) return 'not_json';
  const { message, metadata, time } = record;
  if (typeof message !== 'string' || typeof metadata !== 'string') return 'wrong_shape';
  const owner = splitAppSpace(metadata, DEFAULT_SPACE);
  if (!owner) return 'no_destination';
  return [
    {
      destination: { kind: 'app', ...owner },
      process: 'build',
      severity: 'info',
      time: asTime(time) ?? context.arrivalTime,
      tag: BUILD_TAG,
      text: message.replaceAll(BUILD_ARGUMENT, '$1***'),
      position: context.position,
    },
  ];
}
