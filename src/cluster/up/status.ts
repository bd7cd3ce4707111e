import { readFile, realpath } from 'node:fs/promises'
import { age } from '#base/human-duration'
import { isApiError } from '#base/errors'
import type { Clock } from '#base/clock'
import { type Client, createClient, httpTransport, isTransportError } from '#client'
import { node as nodes } from '#kinds/core/node'
import { pod as pods } from '#kinds/core/pod/index'
import type { Node, Pod } from '#kinds/gen/core-v1'
import type { Files } from '../apiserver/options.ts'
import { runningProcess } from '../containerd/process.ts'
import { shimsOf } from '../containerd/sweep.ts'
import { readAccess } from './kubeconfig.ts'
import { type ClusterLayout, clusterLayout } from './layout.ts'
import { readiness } from './node-ready.ts'
import { isRunning, readState, type RunState } from './run-state.ts'
import { columns } from './summary.ts'

/** What `kubeling status` ends with: all is well, something is not, nothing runs. */
export const statusCodes = { ready: 0, notReady: 1, down: 3 } as const

const answerMsMax = 5000

/** What to print, and the exit code that says it to scripts. */
export interface StatusReport {
  readonly text: string
  readonly code: number
}

/** `kubeling status`: what runs, since when, and how it is. */
export async function status(dataDir: string, host: { clock: Clock; files: Files }): Promise<StatusReport> {
  const real = await realpath(dataDir).catch(() => dataDir)
  const layout = clusterLayout(real)
  const state = await readState(layout.state, host.files)
  if (!state || !(await isRunning(state))) return whenDown(layout, state)
  const now = host.clock.now()
  const head = `kubeling is ${state.phase} on ${real}, process ${state.pid}, since ${state.since} (${age(state.since, now)})`
  if (state.phase !== 'up') return { text: head, code: statusCodes.notReady }
  const { rows, isReady } = await parts(layout, state)
  return { text: `${head}\n${columns(rows)}`, code: isReady ? statusCodes.ready : statusCodes.notReady }
}

async function whenDown(
  { dataDir, containerd }: ClusterLayout,
  state: RunState | undefined,
): Promise<StatusReport> {
  const shims = await shimsOf(containerd.socket)
  const lines = [`kubeling does not run on ${dataDir}`]
  if (state) lines.push(`  The last one (process ${state.pid}, since ${state.since}) was killed.`)
  if (shims.length > 0)
    lines.push(
      `  ${shims.length} of its pods still run: "kubeling up" takes them over, "kubeling down" ends them.`,
    )
  return { text: lines.join('\n'), code: statusCodes.down }
}

type Row = readonly [string, string]

async function parts(layout: ClusterLayout, state: RunState): Promise<{ rows: Row[]; isReady: boolean }> {
  const text = await readFile(layout.kubeconfig, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  const access = typeof text === 'string' ? readAccess(text) : undefined
  if (!access) {
    const why = text instanceof Error ? `${text.message}: try sudo kubeling status` : 'cannot be read'
    return { rows: [['kubeconfig', why]], isReady: false }
  }
  const transport = httpTransport(access)
  const signal = AbortSignal.timeout(answerMsMax)
  try {
    return await asked(createClient(transport), layout, state, signal)
  } catch (error) {
    if (!isTransportError(error) && !isApiError(error) && error !== signal.reason) throw error
    return {
      rows: [['API server', `${access.server} does not answer: ${(error as Error).message}`]],
      isReady: false,
    }
  } finally {
    transport.close()
  }
}

async function asked(client: Client, layout: ClusterLayout, state: RunState, signal: AbortSignal) {
  await client.raw('GET', '/readyz', undefined, signal)
  const node = readiness(await client.get<Node>(nodes, state.nodeName, {}, signal))
  const { items } = await client.list<Pod>(pods, {}, signal)
  const { containerd } = layout
  const runtime = await runningProcess(containerd.pidFile, containerd.config)
  const rows: Row[] = [
    ['API server', `${state.url}, ready`],
    [
      'node',
      `${state.nodeName}, ${node?.ready === true ? 'ready' : `not ready: ${node?.message ?? 'unknown'}`}`,
    ],
    ['containerd', runtime === undefined ? 'does not run' : `process ${runtime}, ${containerd.socket}`],
    ['pods', phases(items)],
    ...(state.registry === undefined ? [] : [['registry', `http://${state.registry}`] as const]),
    ['kubeconfig', layout.kubeconfig],
    ['log', layout.log],
  ]
  return { rows, isReady: node?.ready === true && runtime !== undefined }
}

/** `3 Running, 1 Pending`. */
export function phases(items: readonly Pod[]): string {
  const counts = new Map<string, number>()
  for (const { status: one } of items) {
    const phase = one?.phase ?? 'Unknown'
    counts.set(phase, (counts.get(phase) ?? 0) + 1)
  }
  return [...counts].map(([phase, count]) => `${count} ${phase}`).join(', ') || 'none'
}
