import { type FieldError, fieldForbidden, invalid } from '#base/field-error'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import { rangeText } from '#schema/field-names'
import type { RuleContext } from '../../define.ts'
import type { Container, Pod, PodSpec } from '../../gen/core-v1.ts'
import { annotationChangeErrors, mirrorAnnotation } from './annotations.ts'
import { settleGatedChange } from './gated-change.ts'
import { resizeErrors } from './resize.ts'
import { specDiff } from './spec-diff.ts'
import { statusChangeErrors } from './status.ts'

const int32Max = 2_147_483_647
const noSpec: PodSpec = { containers: [] }

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')

/** A deadline may be set, or drawn nearer. Gives the fault that ends all looking. */
function deadlineFault(next: PodSpec, old: PodSpec): FieldError | undefined {
  const path = 'spec.activeDeadlineSeconds'
  const { activeDeadlineSeconds: after } = next
  const { activeDeadlineSeconds: before } = old
  if (after === undefined) return undefined
  if (after < 0 || after > int32Max) return invalid(path, after, rangeText(0, int32Max))
  return before !== undefined && before < after
    ? invalid(path, after, 'must be less than or equal to previous value')
    : undefined
}

function* tolerationErrors(
  { tolerations: next = [] }: PodSpec,
  { tolerations: old = [] }: PodSpec,
): Iterable<FieldError> {
  const bare = ({ tolerationSeconds: _seconds, ...rest }: (typeof old)[number]) => rest
  if (old.some((before) => !next.some((after) => equal(bare(before), bare(after))))) {
    const text = 'existing toleration can not be modified except its tolerationSeconds'
    yield fieldForbidden('spec.tolerations', text)
  }
}

function* gateErrors(
  { schedulingGates: next = [] }: PodSpec,
  { schedulingGates: old = [] }: PodSpec,
): Iterable<FieldError> {
  for (const [i, { name }] of next.entries()) {
    if (old.some((gate) => gate.name === name)) continue
    const text = `only deletion is allowed, but found new scheduling gate '${name}'`
    yield fieldForbidden(`spec.schedulingGates[${i}].name`, text)
  }
}

const withImages = (next: readonly Container[], old: readonly Container[]) =>
  next.map((container, i) => {
    const { image: _image, ...rest } = container
    const image = old[i]?.image
    return image === undefined ? rest : { ...rest, image }
  })

/** The new specification with everything set back that may change. */
function setBack(next: PodSpec, old: PodSpec): PodSpec {
  const spec: PodSpec = { ...copy(next), containers: withImages(next.containers, old.containers) }
  if (next.initContainers) spec.initContainers = withImages(next.initContainers, old.initContainers ?? [])
  for (const name of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) {
    if (old[name] === undefined) delete spec[name]
    else Object.assign(spec, { [name]: old[name] })
  }
  const grace = old.terminationGracePeriodSeconds
  if (grace !== undefined && grace < 0 && spec.terminationGracePeriodSeconds === 1) {
    spec.terminationGracePeriodSeconds = grace
  }
  return spec
}

function* specChangeErrors(next: PodSpec, old: PodSpec): Iterable<FieldError> {
  for (const name of ['containers', 'initContainers'] as const) {
    const after = next[name] ?? []
    if (after.length !== (old[name] ?? []).length) {
      yield fieldForbidden(`spec.${name}`, 'pod updates may not add or remove containers')
      return
    }
  }
  const fault = deadlineFault(next, old)
  if (fault) return yield* [fault]
  if (next.activeDeadlineSeconds === undefined && old.activeDeadlineSeconds !== undefined) {
    const text = 'must not update from a positive integer to nil value'
    yield invalid('spec.activeDeadlineSeconds', null, text)
  }
  yield* tolerationErrors(next, old)
  yield* gateErrors(next, old)
  if (equal(next, old)) return
  const rest = setBack(next, old)
  if ((old.schedulingGates?.length ?? 0) > 0) yield* settleGatedChange(rest, old)
  if (equal(rest, old)) return
  const diff = specDiff('core.PodSpec', old, rest)
  yield fieldForbidden('spec', `pod updates may not change fields other than ${changeable}\n${diff}`)
}

function* visitorChangeErrors(next: PodSpec, old: Pod): Iterable<FieldError> {
  if (Object.hasOwn(old.metadata.annotations ?? {}, mirrorAnnotation)) {
    yield fieldForbidden('', 'static pods do not support ephemeral containers')
    return
  }
  const path = 'spec.ephemeralContainers'
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const after = next.ephemeralContainers?.find(({ name }) => name === before.name)
    const name = JSON.stringify(before.name)
    if (!after) yield fieldForbidden(path, `existing ephemeral containers ${name} may not be removed\n`)
    else if (!equal(after, before)) {
      const diff = specDiff('core.EphemeralContainer', before, after)
      yield fieldForbidden(path, `existing ephemeral containers ${name} may not be changed\n${diff}`)
    }
  }
}

/** Everything wrong with a change to a pod, through the endpoint that it comes by. */
export function* podChangeErrors(next: Pod, old: Pod, { subresource }: RuleContext): Iterable<FieldError> {
  switch (subresource) {
    case 'binding':
      return
    case 'status':
      yield* annotationChangeErrors(next, old)
      yield* statusChangeErrors(next, old)
      return
    case 'ephemeralcontainers':
      yield* annotationChangeErrors(next, old)
      yield* visitorChangeErrors(next.spec ?? noSpec, old)
      return
    case 'resize':
      yield* resizeErrors(next, old)
      return
    default:
      yield* annotationChangeErrors(next, old)
      yield* specChangeErrors(next.spec ?? noSpec, old.spec ?? noSpec)
  }
}
