import { type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import type { HorizontalPodAutoscaler } from '../gen/autoscaling-v2.ts'
import { isNew } from '../is-new.ts'
import { behaviorErrors } from './behavior-errors.ts'
import { metricErrors } from './metric-errors.ts'
import { referenceErrors, versionErrors } from './reference-errors.ts'

const notBelow1 = 'must be greater than or equal to 1'
const targetPath = 'spec.scaleTargetRef'

function* replicaErrors({ minReplicas, maxReplicas }: HorizontalPodAutoscaler['spec']): Iterable<FieldError> {
  if (minReplicas !== undefined && minReplicas < 1) {
    yield invalid('spec.minReplicas', minReplicas, notBelow1)
  }
  const path = 'spec.maxReplicas'
  if (maxReplicas === 0) yield required(path)
  else if (maxReplicas < 0) yield invalid(path, maxReplicas, notBelow1)
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    yield invalid(path, maxReplicas, 'must be greater than or equal to `minReplicas`')
  }
}

/** Only what the core group has can be told without a group. */
function targetVersionErrors({ spec }: HorizontalPodAutoscaler): Iterable<FieldError> {
  const { scaleTargetRef: target } = spec
  return versionErrors(target, targetPath, target.kind !== 'ReplicationController')
}

/** Everything wrong with an autoscaler. The version of its target is judged where it is new. */
export function* autoscalerErrors(autoscaler: HorizontalPodAutoscaler): Iterable<FieldError> {
  const { scaleTargetRef, metrics = [], minReplicas, behavior } = autoscaler.spec
  yield* replicaErrors(autoscaler.spec)
  yield* referenceErrors(scaleTargetRef, targetPath)
  if (isNew(autoscaler)) yield* targetVersionErrors(autoscaler)
  for (const [i, metric] of metrics.entries()) yield* metricErrors(metric, `spec.metrics[${i}]`)
  // Metrics of the pods themselves are gone once there are none.
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const text = 'must specify at least one Object or External metric to support scaling to zero replicas'
    yield fieldForbidden('spec.metrics', text)
  }
  if (behavior) yield* behaviorErrors(behavior)
}

/** Everything wrong with a change: another target must be told as a new one is. */
export function* autoscalerChangeErrors(
  next: HorizontalPodAutoscaler,
  old: HorizontalPodAutoscaler,
): Iterable<FieldError> {
  const { kind, apiVersion } = next.spec.scaleTargetRef
  const { kind: oldKind, apiVersion: oldVersion } = old.spec.scaleTargetRef
  if (kind !== oldKind || (apiVersion ?? '') !== (oldVersion ?? '')) yield* targetVersionErrors(next)
}

/** Everything wrong with the status of an autoscaler. */
export function* autoscalerStatusErrors({ status }: HorizontalPodAutoscaler): Iterable<FieldError> {
  for (const name of ['currentReplicas', 'desiredReplicas'] as const) {
    const count = status?.[name] ?? 0
    if (count < 0) yield invalid(`status.${name}`, count, 'must be greater than or equal to 0')
  }
}
