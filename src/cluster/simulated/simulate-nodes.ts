import { onCancel } from '#base/cancel'
import { sleep } from '#base/clock'
import type { Log } from '#base/log'
import { createClient, httpTransport } from '#client'
import type { KubeletHost } from '../kubelet/options.ts'
import { BoundedTransport } from './bounded-transport.ts'
import { PodRouter } from './pod-router.ts'
import type { SimulatedSettings } from './settings.ts'
import { SimulatedNode } from './simulated-node.ts'

/** Nodes that are simulated. */
export interface SimulatedNodes {
  /** Resolves when each has been ready once. */
  readonly ready: Promise<void>
  /** Ends them; their objects stay. */
  close(): Promise<void>
}

/** Leases are renewed every ten seconds: nodes that start over that time never renew all at once. */
const spreadMsMost = 10_000
const spreadMsPerNode = 10
/** Fewer than half of what API servers take at a time by default, so that others get through. */
const requestsMost = 64

/** Joins simulated nodes to a cluster, all by one connection pool and one watch. */
export function simulateNodes(
  settings: SimulatedSettings,
  host: KubeletHost & { readonly address: string; readonly userAgent: string },
): SimulatedNodes {
  const { clock, random, files, address } = host
  const stop = new AbortController()
  const { signal } = stop
  const headers = { 'user-agent': host.userAgent }
  const transport = httpTransport({ ...settings.api, headers })
  const client = createClient(new BoundedTransport(transport, requestsMost))
  const quiet = { clock, random, files, log: quietLog(host.log) }
  const router = new PodRouter()
  const readiness = allReady(settings.count)
  const spreadMs = Math.min(spreadMsMost, settings.count * spreadMsPerNode)
  const run = async (number: number) => {
    await sleep(clock, (number * spreadMs) / settings.count, signal).catch(() => {})
    if (signal.aborted) return
    const told = (reason: string) => reason === 'NodeReady' && readiness.tell(number)
    const findPod = (uid: string) => router.find(uid)
    const node = new SimulatedNode({ settings, host: quiet, client, number, address, findPod, told })
    // A signal with thirty thousand listeners takes long to add another: each node has its own.
    const own = new AbortController()
    onCancel(signal, () => own.abort(signal.reason))
    const running = node.run(own.signal)
    router.add(node.name, node.update)
    await running
  }
  const numbers = Array.from({ length: settings.count }, (_, number) => number)
  const work = [router.run(createClient(transport), quiet, signal), ...numbers.map(run)]
  return {
    ready: readiness.all,
    async close() {
      stop.abort(new Error('the nodes stop'))
      await Promise.allSettled(work)
      transport.close()
    },
  }
}

function allReady(count: number): { all: Promise<void>; tell: (number: number) => void } {
  const ready = new Set<number>()
  const { promise, resolve } = Promise.withResolvers<void>()
  const tell = (number: number) => {
    ready.add(number)
    if (ready.size === count) resolve()
  }
  return { all: promise, tell }
}

/** What one kubelet says once, a thousand say a thousand times: it is written at --v=2. */
const quietLog = (log: Log): Log => ({ ...log, info: (message, fields) => log.v(2, message, fields) })
