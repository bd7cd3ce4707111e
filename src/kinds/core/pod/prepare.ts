import type { RuleContext } from '../../define.ts'
import type { Container, Pod, PodCondition, PodSpec } from '../../gen/core-v1.ts'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import { dropDisabledFields } from './disabled-fields.ts'
import { computeQosClass } from './quality-of-service.ts'
import { mergeLabelKeys } from './label-keys.ts'

/** A new pod waits: nothing is known of it but how well it will be kept. */
export function prepareNewPod(pod: Pod): void {
  pod.metadata.generation = 1
  pod.status = { phase: 'Pending', qosClass: computeQosClass(pod) }
  if ((pod.spec?.schedulingGates?.length ?? 0) > 0) {
    const message = 'Scheduling is blocked due to non-empty scheduling gates'
    pod.status.conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message, observedGeneration: 1 },
    ]
  }
  dropDisabledFields(pod)
  mergeLabelKeys(pod)
}

/** Takes over from the stored pod what this endpoint does not change. */
export function preparePodUpdate(next: Pod, old: Pod, { subresource }: RuleContext): void {
  switch (subresource) {
    case 'status':
      next.spec = copy(old.spec ?? { containers: [] })
      prepareStatus(next, old)
      break
    case 'ephemeralcontainers':
      next.spec = withEphemeral(old.spec, next.spec)
      keepMeta(next, old)
      next.status = old.status ?? {}
      break
    case 'resize':
      next.spec = withResources(old.spec, next.spec)
      keepMeta(next, old)
      next.status = old.status ?? {}
      break
    case '':
      next.status = old.status ?? {}
      break
  }
  dropDisabledFields(next, old)
  settleGeneration(next, old, subresource !== 'status' && subresource !== 'binding')
}

/** The generation counts the specifications that a pod has had; binding it to a node is none of them. */
function settleGeneration(next: Pod, old: Pod, mayRise: boolean): void {
  const { generation = 0 } = old.metadata
  const isChanged = mayRise && !equal(next.spec, old.spec)
  if (isChanged) next.metadata.generation = generation + 1
  else if (generation > 0) next.metadata.generation = generation
  else delete next.metadata.generation
}

const chosenMeta = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const

/** Metadata that clients choose are changed through the main endpoint only. */
function keepMeta({ metadata: next }: Pod, { metadata: old }: Pod): void {
  for (const name of chosenMeta) {
    if (old[name] === undefined) delete next[name]
    else Object.assign(next, { [name]: old[name] })
  }
}

function prepareStatus(next: Pod, old: Pod): void {
  const { ownerReferences } = old.metadata
  if (ownerReferences === undefined) delete next.metadata.ownerReferences
  else next.metadata.ownerReferences = ownerReferences
  const status = (next.status ??= {})
  const { qosClass, observedGeneration } = old.status ?? {}
  if (qosClass !== undefined) status.qosClass ||= qosClass
  if (observedGeneration !== undefined) status.observedGeneration ||= observedGeneration
  keepConditionGenerations(status.conditions ?? [], old.status?.conditions ?? [])
}

/** A client that knows nothing of generations does not clear those of the conditions. */
function keepConditionGenerations(next: readonly PodCondition[], old: readonly PodCondition[]): void {
  const left = [...old]
  for (const condition of next) {
    const index = left.findIndex(({ type }) => type === condition.type)
    const [before] = index < 0 ? [] : left.splice(index, 1)
    if (before?.observedGeneration !== undefined) {
      condition.observedGeneration ||= before.observedGeneration
    }
  }
}

const noSpec: PodSpec = { containers: [] }

function withEphemeral(old: PodSpec = noSpec, next: PodSpec = noSpec): PodSpec {
  const spec = copy(old)
  delete spec.ephemeralContainers
  return next.ephemeralContainers === undefined
    ? spec
    : { ...spec, ephemeralContainers: next.ephemeralContainers }
}

/** The old specification with the new resources, unless containers came, went or moved: validation tells that. */
function withResources(old: PodSpec = noSpec, next: PodSpec = noSpec): PodSpec {
  const containers = merged(old.containers, next.containers)
  const initContainers = merged(old.initContainers ?? [], next.initContainers ?? [])
  if (!containers || !initContainers) return next
  const spec: PodSpec = { ...copy(old), containers }
  if (old.initContainers !== undefined) spec.initContainers = initContainers
  delete spec.resources
  return next.resources === undefined ? spec : { ...spec, resources: next.resources }
}

function merged(old: readonly Container[], next: readonly Container[]): Container[] | undefined {
  if (old.length !== next.length || old.some(({ name }, i) => name !== next[i]?.name)) return undefined
  return old.map((container, i) => {
    const { resources, resizePolicy } = next[i] as Container
    const { resources: _resources, resizePolicy: _resizePolicy, ...rest } = copy(container)
    return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) }
  })
}
