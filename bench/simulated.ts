// Many simulated nodes and pods against one API server, both as programs of their own: node bench/simulated.ts --help
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Lease } from '#kinds/gen/coordination-v1'
import { kubeconfigFor } from './kubeconfig.ts'
import { ask } from './load/ask.ts'
import type { Connection, Target } from './load/connection.ts'
import { openH2 } from './load/h2.ts'
import { podBody } from './pod.ts'
import { cpuSeconds, residentMiB } from './process.ts'
import { startOurs } from './subject.ts'

const helpText = `Joins simulated nodes to an API server of its own, binds pods to them, and prints what both programs take.

Usage: npm run build && node bench/simulated.ts [flags]

      --nodes=1000      how many nodes
      --pods=30000      how many pods, spread over them
      --no-events       nodes record no events
      --rest=60         for how many seconds what rests is measured
`

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
const writers = 16
const say = (text: string) => process.stdout.write(`${text}\n`)

/** The simulator, joined to a server. */
function startNodes(target: Target, nodes: number, flags: readonly string[]) {
  const program = join(import.meta.dirname, '../dist/bin/kubeling.js')
  const words = [program, 'node', `--simulated=${nodes}`, `--kubeconfig=${kubeconfigFor(target)}`, ...flags]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  process.on('exit', () => child.kill('SIGKILL'))
  return { pid: child.pid as number, child, ready: once(child.stdout, 'data') }
}

/** What two programs use between two moments. */
function meter(programs: Readonly<Record<string, number>>) {
  const began = performance.now()
  const before = Object.values(programs).map(cpuSeconds)
  return () => {
    const seconds = (performance.now() - began) / 1000
    return Object.entries(programs)
      .map(([name, pid], i) => {
        const used = cpuSeconds(pid) - (before[i] as number)
        const share = ((used / seconds) * 100).toFixed(1)
        return `${name}: ${used.toFixed(1)} s of processor, ${share} % of a core, RSS ${residentMiB(pid).toFixed(0)} MiB`
      })
      .join('; ')
  }
}

/** Does something for each number below `count`, so many at a time. */
async function forEach(count: number, run: (number: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await run(next++)
  }
  await Promise.all(Array.from({ length: writers }, worker))
}

const podsPath = '/api/v1/namespaces/default/pods'

const createPods = (connection: Connection, pods: number, nodes: number) =>
  forEach(pods, (number) =>
    ask(connection, {
      method: 'POST',
      path: podsPath,
      headers: { 'content-type': 'application/json' },
      body: podBody({ name: `pod-${number}` }, `simulated-${number % nodes}`),
    }),
  )

const get = async (connection: Connection, path: string) =>
  JSON.parse((await ask(connection, { method: 'GET', path })).toString()) as {
    items: unknown[]
    metadata: { remainingItemCount?: number }
  }

/** Waits until a list is empty; gives the age of the oldest lease that was seen meanwhile, in seconds. */
async function untilEmpty(connection: Connection, path: string): Promise<number> {
  let oldest = 0
  while ((await get(connection, `${path}limit=1`)).items.length > 0) {
    const { items } = await get(connection, '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases')
    const renewed = (items as Lease[]).map(({ spec }) => Date.parse(spec?.renewTime ?? ''))
    oldest = Math.max(oldest, (Date.now() - Math.min(...renewed)) / 1000)
    await pause(1000)
  }
  return oldest
}

/** Waits until the rush is over: the last events come long after the pods run. */
async function untilQuiet(connection: Connection): Promise<void> {
  const events = async () =>
    (await get(connection, '/api/v1/events?limit=1')).metadata.remainingItemCount ?? 0
  for (let before = -1, now = await events(); now !== before; now = await events()) {
    before = now
    await pause(5000)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '1000' },
      pods: { type: 'string', default: '30000' },
      rest: { type: 'string', default: '60' },
      'no-events': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(helpText)
  const [nodes, pods, restMs] = [Number(values.nodes), Number(values.pods), Number(values.rest) * 1000]
  const server = await startOurs()
  const connection = await openH2(server.target)
  const apiServer = server.pid as number
  say(`API server alone: RSS ${residentMiB(apiServer).toFixed(0)} MiB`)
  const since = (began: number) => `${((performance.now() - began) / 1000).toFixed(1)} s`

  let began = performance.now()
  const simulator = startNodes(server.target, nodes, values['no-events'] ? ['--events=false'] : [])
  const programs = { 'API server': apiServer, simulator: simulator.pid }
  let used = meter(programs)
  await simulator.ready
  say(`${nodes} nodes ready after ${since(began)}. ${used()}`)
  used = meter(programs)
  await pause(restMs)
  say(`${nodes} nodes at rest. ${used()}`)

  began = performance.now()
  used = meter(programs)
  const created = createPods(connection, pods, nodes).then(() => since(began))
  const oldest = await created.then(() =>
    untilEmpty(connection, '/api/v1/pods?fieldSelector=status.phase!=Running&'),
  )
  say(`${pods} pods created after ${await created}, Running after ${since(began)}. ${used()}`)
  say(`oldest lease meanwhile: ${oldest.toFixed(1)} s`)
  await untilQuiet(connection)
  used = meter(programs)
  await pause(restMs)
  say(`${pods} pods at rest. ${used()}`)

  began = performance.now()
  used = meter(programs)
  await forEach(pods, (number) => ask(connection, { method: 'DELETE', path: `${podsPath}/pod-${number}` }))
  await untilEmpty(connection, '/api/v1/pods?')
  say(`${pods} pods gone after ${since(began)}. ${used()}`)
  simulator.child.kill('SIGTERM')
  await once(simulator.child, 'exit')
  await server.stop()
}

await main()
process.exit()
