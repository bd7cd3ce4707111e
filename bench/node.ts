// What a node costs beside its runtime, on a containerd of its own: npm run build && node bench/node.ts (Linux, root).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import { createPodManager, type PodManager, type Runtime } from '#kubelet'
import type { Pod } from '#kinds/gen/core-v1'
import type { ContainerdLayout } from '../src/cluster/containerd/layout.ts'
import { startRuntime, testImage } from '../testkit/host/runtime.ts'
import { RecordingClient } from '../testkit/recording-client.ts'
import { kubeconfigFor } from './kubeconfig.ts'
import { ask } from './load/ask.ts'
import { openH2 } from './load/h2.ts'
import { cpuSeconds, residentMiB } from './process.ts'
import { quantile } from './row.ts'
import { startOurs, tempFolder } from './subject.ts'

const startsMeasured = 50
const atOnce = 30
const podsAtRest = 110
const settleMs = 20_000
const restMs = 60_000

const say = (text: string) => process.stdout.write(`${text}\n`)
const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(10)
}

const nodeName = 'node-1'
const podOf = (name: string): Pod => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: 'default', uid: name, resourceVersion: '1' },
  spec: {
    nodeName,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'main',
        image: testImage,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', 'trap "exit 0" TERM; sleep 100000 & wait'],
      },
    ],
  },
})

/** Adds up how long calls of each verb took. */
function timed(runtime: Runtime): { runtime: Runtime; spent: Map<string, number> } {
  const spent = new Map<string, number>()
  const proxy = new Proxy(runtime, {
    get(target, verb: keyof Runtime) {
      const call = target[verb] as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        const began = performance.now()
        const result = call.apply(target, args)
        if (result instanceof Promise)
          void result
            .finally(() => spent.set(verb, (spent.get(verb) ?? 0) + performance.now() - began))
            .catch(() => {})
        return result
      }
    },
  })
  return { runtime: proxy, spent }
}

/** A node in this process: pods in, statuses out. */
function inProcess(runtime: Runtime, folder: string, signal: AbortSignal) {
  const client = new RecordingClient()
  const wanted = new Map<string, Pod>()
  const manager: PodManager = createPodManager({
    runtime,
    client,
    clock: realClock,
    random: realRandom,
    log: silent,
    node: {
      name: nodeName,
      hostIPs: ['192.0.2.1'],
      capacity: { cpuMilli: 2000, memoryBytes: 2 ** 31 },
      clusterDNS: [],
      clusterDomain: 'cluster.local',
    },
    rootDir: join(folder, 'kubelet'),
    podLogsDir: join(folder, 'pods'),
    resolvConf: '/etc/resolv.conf',
    sources: ['api'],
  })
  const tell = () => manager.update('api', [...wanted.values()])
  const over = manager.run(signal)
  return {
    over,
    add(name: string) {
      client.put('pods', podOf(name))
      wanted.set(name, podOf(name))
      tell()
    },
    remove(name: string) {
      wanted.delete(name)
      tell()
    },
    isRunning: (name: string) =>
      (client.objects.get(`pods/default/${name}`) as Pod | undefined)?.status?.phase === 'Running',
    isGone: (name: string) => manager.find('default', name) === undefined,
  }
}

const inOrder = (values: readonly number[]) => values.toSorted((a, b) => a - b)
const shown = (values: readonly number[]) =>
  `${quantile(inOrder(values), 0.5).toFixed(0)} / ${quantile(inOrder(values), 0.99).toFixed(0)} ms`

/** One pod after the other: what goes by beside the calls that make sandbox and container. */
async function measureStarts(runtime: Runtime, folder: string): Promise<void> {
  const stop = new AbortController()
  const { runtime: proxy, spent } = timed(runtime)
  const node = inProcess(proxy, folder, stop.signal)
  const [totals, making, shares, looking]: number[][] = [[], [], [], []]
  for (let i = 0; i < startsMeasured + 1; i++) {
    const name = `start-${i}`
    spent.clear()
    const began = performance.now()
    node.add(name)
    while (!node.isRunning(name)) await pause(1)
    const total = performance.now() - began
    const sum = (...verbs: string[]) => verbs.reduce((all, verb) => all + (spent.get(verb) ?? 0), 0)
    const made = sum('runPodSandbox', 'createContainer', 'startContainer')
    // The first one warms up.
    if (i > 0) {
      totals?.push(total)
      making?.push(made)
      shares?.push(total - made)
      looking?.push(sum('podSandboxStatus', 'containerStatus', 'imageStatus'))
    }
    node.remove(name)
    await until(() => node.isGone(name))
  }
  say(`pod start, image present, median / p99 of ${startsMeasured}:`)
  say(`  until Running ${shown(totals ?? [])}`)
  say(`  runtime: sandbox, create, start ${shown(making ?? [])}`)
  say(
    `  our share: all the rest ${shown(shares ?? [])}, of which asking for statuses ${shown(looking ?? [])}`,
  )
  const names = Array.from({ length: atOnce }, (_, i) => `at-once-${i}`)
  const began = performance.now()
  for (const name of names) node.add(name)
  await until(() => names.every((name) => node.isRunning(name)))
  say(`${atOnce} pods at once, until all are Running: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  for (const name of names) node.remove(name)
  await until(() => names.every((name) => node.isGone(name)))
  stop.abort(new Error('measured'))
  await node.over
}

/** The kubelet as a program, with a full node. */
async function measureRest({ socket, cgroup }: ContainerdLayout, folder: string): Promise<void> {
  const server = await startOurs()
  const connection = await openH2(server.target)
  const words = [
    join(import.meta.dirname, '../dist/bin/kubelet.js'),
    `--kubeconfig=${kubeconfigFor(server.target)}`,
    `--container-runtime-endpoint=${socket}`,
    `--cgroup-root=${cgroup}`,
    `--hostname-override=${nodeName}`,
    '--node-ip=127.0.0.1',
    `--root-dir=${join(folder, 'kubelet')}`,
    `--pod-logs-dir=${join(folder, 'pods')}`,
    '--port=0',
    '--healthz-port=0',
  ]
  const kubelet = spawn(process.execPath, words, { stdio: 'ignore' })
  process.on('exit', () => kubelet.kill('SIGKILL'))
  const pid = kubelet.pid as number
  const path = '/api/v1/namespaces/default/pods'
  const began = performance.now()
  for (let i = 0; i < podsAtRest; i++) {
    const { uid: _, resourceVersion: __, ...metadata } = podOf(`rest-${i}`).metadata
    const body = Buffer.from(JSON.stringify({ ...podOf(''), metadata }))
    await ask(connection, { method: 'POST', path, headers: { 'content-type': 'application/json' }, body })
  }
  const count = async (query: string) => {
    const bytes = await ask(connection, { method: 'GET', path: `${path}${query}` })
    return (JSON.parse(bytes.toString()) as { items: unknown[] }).items.length
  }
  const runningQuery = '?fieldSelector=status.phase=Running'
  await until(async () => (await pause(500), (await count(runningQuery)) === podsAtRest))
  say(`${podsAtRest} pods until all are Running: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  await pause(settleMs)
  const before = cpuSeconds(pid)
  await pause(restMs)
  const share = ((cpuSeconds(pid) - before) / restMs) * 1e5
  say(
    `kubelet at rest with ${podsAtRest} pods: ${share.toFixed(2)} % of a core, RSS ${residentMiB(pid).toFixed(0)} MiB`,
  )
  await ask(connection, { method: 'DELETE', path: `${path}?gracePeriodSeconds=1` })
  await until(async () => (await pause(500), (await count('?limit=1')) === 0))
  kubelet.kill('SIGTERM')
  await once(kubelet, 'exit')
  connection.close()
  await server.stop()
}

async function main(): Promise<void> {
  const folder = tempFolder()
  const own = await startRuntime(folder)
  try {
    const only = process.argv[2] ?? ''
    if (only !== '--rest') await measureStarts(own.runtime, folder)
    if (only !== '--starts') await measureRest(own.layout, folder)
  } finally {
    await own.close()
  }
}

await main()
process.exit()
