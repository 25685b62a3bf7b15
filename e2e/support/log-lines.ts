/** A line of an app as fluentd brings it to Kafka. */
export function appLine(app: string, space: string, log: string, time = '2016-08-24T17:03:20.080151123Z'): string {
  const kubernetes = { container_name: app, pod_name: `${app}-6d4cf56db6-abcde` };
  return JSON.stringify({ log, stream: 'stdout', time, topic: space, kubernetes });
}
