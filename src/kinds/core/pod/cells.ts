import { humanDuration } from '#base/human-duration'
import type { Cell } from '../../define.ts'
import type { Container, ContainerStatus, Pod } from '../../gen/core-v1.ts'

/** What the table says of a pod's containers. */
interface Summary {
  readonly ready: number
  readonly total: number
  readonly text: string
  readonly restarts: number
  /** Milliseconds; undefined when no container has ended. */
  readonly lastRestart: number | undefined
}

interface Tally {
  ready: number
  restarts: number
  lastRestart: number | undefined
}

const isSidecar = (container: Container | undefined) => container?.restartPolicy === 'Always'

function countRestarts(tally: Tally, status: ContainerStatus): void {
  tally.restarts += status.restartCount ?? 0
  const finished = status.lastState?.terminated?.finishedAt
  if (!finished) return
  const ms = new Date(finished).getTime()
  if (tally.lastRestart === undefined || ms > tally.lastRestart) tally.lastRestart = ms
}

/** How an init container that holds up the pod is told; undefined when it does not. */
function initText(
  status: ContainerStatus,
  index: number,
  count: number,
  sidecar: boolean,
): string | undefined {
  const { terminated, waiting } = status.state ?? {}
  if (terminated && terminated.exitCode === 0) return undefined
  if (sidecar && status.started) return undefined
  if (terminated) {
    if (terminated.reason) return `Init:${terminated.reason}`
    return terminated.signal ? `Init:Signal:${terminated.signal}` : `Init:ExitCode:${terminated.exitCode}`
  }
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
  return `Init:${index}/${count}`
}

/** Walks the init containers; gives the text of the first that holds up the pod. */
function walkInit({ spec, status }: Pod, tally: Tally, sidecars: Tally): string | undefined {
  const containers = new Map((spec?.initContainers ?? []).map((one) => [one.name, one]))
  for (const [i, one] of (status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(containers.get(one.name))
    countRestarts(tally, one)
    if (sidecar) countRestarts(sidecars, one)
    const text = initText(one, i, containers.size, sidecar)
    if (text !== undefined) return text
    if (sidecar && one.started && one.ready) tally.ready++
  }
  return undefined
}

const hasCondition = ({ status }: Pod, type: string) =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false

/** Walks the containers from last to first, so that the first one has the last word. */
function walkContainers(pod: Pod, tally: Tally, start: string): string {
  let text = start
  let failure = ''
  let isRunning = false
  for (const one of (pod.status?.containerStatuses ?? []).toReversed()) {
    countRestarts(tally, one)
    const { waiting, terminated, running } = one.state ?? {}
    if (waiting?.reason) text = waiting.reason
    else if (terminated) {
      const code = terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`
      text = terminated.reason || code
      if (terminated.exitCode !== 0) failure = text
    } else if (one.ready && running) {
      isRunning = true
      tally.ready++
    }
  }
  if (text !== 'Completed') return text
  if (isRunning && hasCondition(pod, 'Ready')) return 'Running'
  return failure || (isRunning ? 'NotReady' : text)
}

function startText({ status }: Pod): string {
  const gated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  )
  return gated ? 'SchedulingGated' : status?.reason || status?.phase || ''
}

function endText({ metadata, status }: Pod, text: string): string {
  if (!metadata.deletionTimestamp) return text
  if (status?.reason === 'NodeLost') return 'Unknown'
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? text : 'Terminating'
}

/** What the table says of a pod. */
export function summarize(pod: Pod): Summary {
  const { spec } = pod
  const tally: Tally = { ready: 0, restarts: 0, lastRestart: undefined }
  const sidecars: Tally = { ready: 0, restarts: 0, lastRestart: undefined }
  const blocked = walkInit(pod, tally, sidecars)
  let text = blocked ?? startText(pod)
  if (blocked === undefined || hasCondition(pod, 'Initialized')) {
    tally.restarts = sidecars.restarts
    tally.lastRestart = sidecars.lastRestart
    text = walkContainers(pod, tally, text)
  }
  return {
    ...tally,
    total: (spec?.containers?.length ?? 0) + (spec?.initContainers ?? []).filter(isSidecar).length,
    text: endText(pod, text),
  }
}

function restartsCell(pod: Pod, now: number): string {
  const { restarts, lastRestart } = summarize(pod)
  if (restarts === 0 || lastRestart === undefined) return String(restarts)
  return `${restarts} (${humanDuration(now - lastRestart)} ago)`
}

function gatesCell({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const isTrue = ({ conditionType }: { conditionType: string }) =>
    status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True')
  return `${gates.filter(isTrue).length}/${gates.length}`
}

/** The columns of a pod's table that are no plain paths. */
export const podCells: Readonly<Record<string, Cell<Pod>>> = {
  Ready(pod) {
    const { ready, total } = summarize(pod)
    return `${ready}/${total}`
  },
  Status: (pod) => summarize(pod).text,
  Restarts: restartsCell,
  'Readiness Gates': gatesCell,
}
