/** What fluentd sends of one line: its text among what Kubernetes knows of the pod. */
export function appRecord(text: string, app = 'app'): Buffer {
  return Buffer.from(
    JSON.stringify({
      log: text,
      stream: 'stdout',
      time: '2016-08-24T17:03:20.080151123Z',
      space: 'space',
      docker: { container_id: 'c'.repeat(64) },
      kubernetes: {
        namespace_name: 'space',
        pod_id: '7a2b8d8e-6a0f-11e6-8b77-86f30ca893d3',
        pod_name: `${app}-6d4cf56db6-abcde`,
        container_name: app,
        host: 'node-1.example.com',
        labels: { name: app, 'pod-template-hash': '6d4cf56db6' },
      },
      topic: 'space',
      tag: `kubernetes.var.log.containers.${app}`,
    }),
  );
}
