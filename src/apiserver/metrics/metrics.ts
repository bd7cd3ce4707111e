import type { Metrics, RequestLabels } from '../contract.ts'
import { Histogram, Tally } from './histogram.ts'

const common = ['component', 'group', 'resource', 'scope', 'subresource', 'verb', 'version'] as const
const secondsBounds = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
]
const bytesBounds = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

/** Upstream labels requests with HTTP methods where a verb is one. */
const verbLabels: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' }

const valuesOf = (labels: RequestLabels) => [
  'apiserver',
  labels.group,
  labels.resource,
  labels.scope,
  labels.subresource,
  verbLabels[labels.verb] ?? labels.verb.toUpperCase(),
  labels.version,
]

/** Counts requests under upstream's names and renders them with the process's own figures. */
export function createMetrics(): Metrics {
  const total = new Tally(
    'apiserver_request_total',
    'counter',
    'Requests by verb, resource and answer code.',
    ['code', ...common],
  )
  const duration = new Histogram(
    'apiserver_request_duration_seconds',
    'Time from the request to the end of its answer, in seconds.',
    common,
    secondsBounds,
  )
  const sizes = new Histogram('apiserver_response_sizes', 'Length of answers in bytes.', common, bytesBounds)
  const open = new Tally('apiserver_longrunning_requests', 'gauge', 'Watches that are open now.', [
    'component',
    'resource',
    'verb',
  ])
  const process = lazyProcessMetrics()
  return {
    requestDone(labels, seconds, bytes) {
      const values = valuesOf(labels)
      total.add([String(labels.code), ...values])
      if (labels.verb.toLowerCase() !== 'watch') duration.observe(values, seconds)
      sizes.observe(values, bytes)
    },
    watchers: (resource, change) => open.add(['apiserver', resource, 'WATCH'], change),
    async render() {
      return [total, duration, sizes, open].map((one) => one.render()).join('') + (await process())
    },
  }
}

/** Figures of the process (CPU, memory, handles, event loop); the library is loaded when somebody first asks. */
function lazyProcessMetrics(): () => Promise<string> {
  let loading: Promise<() => Promise<string>> | undefined
  const load = async () => {
    // A CommonJS package: once bundled, only its default export is left.
    const { default: lib } = await import('prom-client')
    const { Registry, collectDefaultMetrics } = lib
    const register = new Registry()
    collectDefaultMetrics({ register })
    return () => register.metrics()
  }
  return async () => {
    loading ??= load()
    return (await loading)()
  }
}
