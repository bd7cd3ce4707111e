import { type FieldError, invalid } from '#base/field-error'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import type { Job, JobSpec } from '../gen/batch-v1.ts'
import type { Container, PodSpec, PodTemplateSpec } from '../gen/core-v1.ts'
import { immutableErrors } from '../immutable-errors.ts'
import { internalForm } from '../internal-form.ts'
import { hasCondition } from './job-conditions.ts'

const noPods: PodSpec = { containers: [] }

/** While a job is suspended and has no pods, where they will run and what they will get may change. */
function isOpen({ spec, status }: Job): boolean {
  const isIdle = spec?.suspend === true && (status?.active ?? 0) === 0
  return isIdle && (status?.startTime === undefined || hasCondition(status, 'Suspended'))
}

function takeResources(into: Container[] | undefined, from: readonly Container[] | undefined): void {
  if (into?.length !== from?.length) return
  for (const [i, container] of (into ?? []).entries()) {
    const resources = from?.[i]?.resources
    if (resources === undefined) delete container.resources
    else container.resources = resources
  }
}

function takeNodeAffinity(into: PodSpec, { affinity }: PodSpec): void {
  const { nodeAffinity: _old, ...others } = into.affinity ?? {}
  const nodeAffinity = affinity?.nodeAffinity
  const isBare = Object.keys(others).length === 0 && affinity === undefined
  if (isBare) delete into.affinity
  else if (affinity || into.affinity) into.affinity = { ...others, ...(nodeAffinity && { nodeAffinity }) }
}

function take<T extends object>(into: T, from: T, names: readonly (keyof T)[]): void {
  for (const name of names) {
    if (from[name] === undefined) delete into[name]
    else into[name] = from[name]
  }
}

/** The old template with everything of the new one that an open job may change. */
function withFreeParts(old: PodTemplateSpec, next: PodTemplateSpec): PodTemplateSpec {
  const merged = copy(old)
  const into = (merged.spec ??= { containers: [] })
  const from = next.spec ?? noPods
  takeNodeAffinity(into, from)
  take(into, from, ['nodeSelector', 'tolerations', 'schedulingGates'])
  take(merged.metadata, next.metadata, ['labels', 'annotations'])
  takeResources(into.containers, from.containers)
  takeResources(into.initContainers, from.initContainers)
  return merged
}

/** Jobs with indexes may grow and shrink, as long as all their pods may run at once. */
function completionErrors(next: JobSpec, old: JobSpec): Iterable<FieldError> {
  const path = 'spec.completions'
  if (next.completionMode !== 'Indexed') return immutableErrors(path, next.completions, old.completions)
  const { completions, parallelism } = next
  if (completions === undefined || equal(completions, old.completions) || completions === parallelism)
    return []
  return [invalid(path, completions, 'can only be modified in tandem with spec.parallelism')]
}

const shownTemplate = ({ metadata, spec = noPods }: PodTemplateSpec) => ({
  ...metadata,
  Spec: internalForm('io.k8s.api.core.v1.PodSpec', spec),
})

const shownPolicy = (name: string, policy: object | undefined) =>
  policy && internalForm(`io.k8s.api.batch.v1.${name}`, policy)

/** Everything that a change may not change of what a job asks for. */
export function* jobChangeErrors(next: JobSpec, old: Job): Iterable<FieldError> {
  const before = old.spec
  if (!before) return
  yield* completionErrors(next, before)
  yield* immutableErrors('spec.selector', next.selector, before.selector)
  const template = isOpen(old) ? withFreeParts(before.template, next.template) : before.template
  if (!equal(next.template, template)) {
    yield* immutableErrors('spec.template', next.template, template, shownTemplate(next.template))
  }
  yield* immutableErrors('spec.completionMode', next.completionMode, before.completionMode)
  const failure = shownPolicy('PodFailurePolicy', next.podFailurePolicy)
  yield* immutableErrors('spec.podFailurePolicy', next.podFailurePolicy, before.podFailurePolicy, failure)
  yield* immutableErrors('spec.backoffLimitPerIndex', next.backoffLimitPerIndex, before.backoffLimitPerIndex)
  yield* immutableErrors('spec.managedBy', next.managedBy, before.managedBy)
  const success = shownPolicy('SuccessPolicy', next.successPolicy)
  yield* immutableErrors('spec.successPolicy', next.successPolicy, before.successPolicy, success)
}
