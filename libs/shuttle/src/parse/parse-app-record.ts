import { asTime } from '../timestamp.js';
import { asObject, asText, parseJsonObject } from './json-object.js';
import { rewritePhase } from './kubernetes-phase.js';
import type { ParseContext, ParseResult } from './parse-result.js';

const DEFAULT_PROCESS = 'web';

/**
 * A line of an app, in the shape that fluentd gives it: `{log, stream, time, topic, kubernetes: {container_name, pod_name}}`.
 * The container is named `app` or `app--type`; the space is the field `topic`.
 */
export function parseAppRecord(bytes: Buffer, context: ParseContext): ParseResult {
  const record = parseJsonObject(bytes);
  if (!record) return 'not_json';
  const kubernetes = asObject(record.kubernetes);
  if (typeof record.log !== 'string' || !kubernetes) return 'wrong_shape';
  const container = asText(kubernetes.container_name);
  const space = asText(record.topic);
  if (!container || !space) return 'no_destination';
  const { app, process } = splitContainerName(container);
  if (app === '') return 'no_destination';
  return [
    {
      destination: { kind: 'app', app, space },
      process,
      severity: record.stream === 'stderr' ? 'err' : 'info',
      time: asTime(record.time) ?? context.arrivalTime,
      tag: `${process}.${shortPodName(asText(kubernetes.pod_name) ?? '', app, process)}`,
      text: rewritePhase(record.log),
      position: context.position,
    },
  ];
}

function splitContainerName(name: string): { app: string; process: string } {
  const dashes = name.indexOf('--');
  if (dashes < 0) return { app: name, process: DEFAULT_PROCESS };
  return { app: name.slice(0, dashes), process: name.slice(dashes + 2) || DEFAULT_PROCESS };
}

/** What tells one pod of a process from another. */
function shortPodName(pod: string, app: string, process: string): string {
  return pod.replace(`-${process}-`, '').replace(`${app}-`, '');
}
