import type { RuntimeContainerState } from '../contract.ts'
import type { Endpoint, KubeletServerOptions } from './contract.ts'

const states: readonly RuntimeContainerState[] = ['created', 'exited', 'running', 'unknown']

/** `/metrics`: counts of what this node runs, in Prometheus' text form. */
export function metricsEndpoint({
  pods,
  runtime,
  nodeName,
}: Pick<KubeletServerOptions, 'pods' | 'runtime' | 'nodeName'>): Endpoint {
  return async ({ request }) => {
    const [containers, sandboxes] = await Promise.all([
      runtime.listContainers({}, request.signal).catch(() => []),
      runtime.listPodSandbox({}, request.signal).catch(() => []),
    ])
    const { heapUsed, rss } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const lines = [
      ...gauge('kubelet_node_name', "The node's name. The count is always 1.", [[{ node: nodeName }, 1]]),
      ...gauge(
        'kubelet_running_containers',
        'Number of containers currently running',
        states.map((state) => [
          { container_state: state },
          containers.filter((one) => one.state === state).length,
        ]),
      ),
      ...gauge('kubelet_running_pods', 'Number of pods that have a running pod sandbox', [
        [{}, sandboxes.filter(({ ready }) => ready).length],
      ]),
      ...gauge('kubelet_desired_pods', 'The number of pods the kubelet is being instructed to run.', [
        [{}, pods.pods().length],
      ]),
      ...gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', [[{}, rss]]),
      ...gauge('nodejs_heap_size_used_bytes', 'Bytes of the heap in use.', [[{}, heapUsed]]),
      '# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.',
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${(user + system) / 1e6}`,
    ]
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: new TextEncoder().encode(`${lines.join('\n')}\n`),
    }
  }
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

function gauge(name: string, help: string, samples: readonly Sample[]): string[] {
  const shown = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`)
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`
  })
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...shown]
}
