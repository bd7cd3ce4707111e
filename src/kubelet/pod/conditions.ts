import { timeOf } from '#base/time'
import type { ContainerStatus, Pod, PodCondition, PodSpec } from '#kinds/gen/core-v1'
import type { PodPhase } from './pod-phase.ts'
import { isResizeCondition, type ResizeState, resizeConditions } from '../resize/resize-conditions.ts'
import { isSidecar } from './restart-policy.ts'

type Verdict = { readonly status: 'True' | 'False'; readonly reason?: string; readonly message?: string }

const yes: Verdict = { status: 'True' }
const no = (reason?: string, message?: string): Verdict => ({
  status: 'False',
  ...(reason !== undefined && { reason }),
  ...(message !== undefined && { message }),
})

/** What conditions are judged by. */
export interface ConditionView {
  readonly pod: Pod
  readonly phase: PodPhase
  readonly hasSandbox: boolean
  readonly inits: readonly ContainerStatus[]
  readonly main: readonly ContainerStatus[]
  /** Why the pod was evicted. */
  readonly eviction?: string
  /** How its resize stands. */
  readonly resize?: ResizeState
}

function initialized({ pod, phase, inits, main }: ConditionView): Verdict {
  const spec = pod.spec as PodSpec
  if (main.some(({ state }) => state?.running) || (spec.initContainers ?? []).length === 0) return yes
  if (phase === 'Succeeded') return { ...yes, reason: 'PodCompleted' }
  const incomplete = (spec.initContainers ?? []).filter((container) => {
    const status = inits.find(({ name }) => name === container.name)
    return isSidecar(container) ? status?.started !== true : status?.ready !== true
  })
  return incomplete.length === 0
    ? yes
    : no('ContainersNotInitialized', `containers with incomplete status: [${namesOf(incomplete)}]`)
}

const namesOf = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(' ')

function containersReady({ pod, phase, main, inits }: ConditionView): Verdict {
  if (phase === 'Succeeded') return no('PodCompleted')
  if (phase === 'Failed') return no('PodFailed')
  const spec = pod.spec as PodSpec
  const watched = [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers]
  const unready = watched.filter(
    ({ name }) => [...inits, ...main].find((one) => one.name === name)?.ready !== true,
  )
  return unready.length === 0
    ? yes
    : no('ContainersNotReady', `containers with unready status: [${namesOf(unready)}]`)
}

/** Ready also asks for the conditions that the pod's gates name. */
function ready(view: ConditionView): Verdict {
  const verdict = containersReady(view)
  const gates = view.pod.spec?.readinessGates ?? []
  if (verdict.status === 'False' || gates.length === 0) return verdict
  const faults = gates.flatMap(({ conditionType: type }) => {
    const condition = view.pod.status?.conditions?.find((one) => one.type === type)
    if (condition === undefined)
      return [`corresponding condition of pod readiness gate "${type}" does not exist.`]
    return condition.status === 'True'
      ? []
      : [`the status of pod readiness gate "${type}" is not "True", but ${condition.status}`]
  })
  return faults.length === 0 ? yes : no('ReadinessGatesNotReady', faults.join(', '))
}

/** The conditions that the kubelet owns, in upstream's order, then those of others. */
export function conditionsOf(
  view: ConditionView,
  previous: readonly PodCondition[],
  now: number,
): PodCondition[] {
  const { pod, eviction } = view
  const disruption: Verdict | undefined =
    eviction === undefined ? undefined : { ...yes, reason: 'TerminationByKubelet', message: eviction }
  const verdicts: readonly (readonly [string, Verdict])[] = [
    ...(disruption ? [['DisruptionTarget', disruption] as const] : []),
    ['PodReadyToStartContainers', view.hasSandbox ? yes : no()],
    ['Initialized', initialized(view)],
    ['Ready', ready(view)],
    ['ContainersReady', containersReady(view)],
    ['PodScheduled', yes],
  ]
  const own = verdicts.map(([type, verdict]): PodCondition => {
    const last = previous.find((one) => one.type === type)
    return {
      type,
      ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
      ...verdict,
      lastProbeTime: null,
      lastTransitionTime: last?.status === verdict.status ? (last.lastTransitionTime ?? null) : timeOf(now),
    }
  })
  const others = (pod.status?.conditions ?? []).filter(
    (one) => !isResizeCondition(one) && !verdicts.some(([name]) => name === one.type),
  )
  return [...resizeConditions(view.resize, previous, now), ...own, ...others]
}
