import { type FieldError, invalid } from '#base/field-error'
import { countErrors } from '../count-errors.ts'

type Counts = Partial<Record<string, unknown>>

const count = (status: object, name: string) => Number((status as Counts)[name] ?? 0)

/** Faults of counts that cannot be more than another one. */
export function* moreThanErrors<T extends object>(
  status: T,
  names: readonly (keyof T & string)[],
  limit: keyof T & string,
  shownLimit: string,
): Iterable<FieldError> {
  for (const name of names) {
    const value = count(status, name)
    if (value <= count(status, limit)) continue
    yield invalid(`status.${name}`, value, `cannot be greater than ${shownLimit}`)
  }
}

/** The count of collisions of names only grows. */
export function* collisionErrors(
  next: { collisionCount?: number } | undefined,
  old: { collisionCount?: number } | undefined,
): Iterable<FieldError> {
  if (old?.collisionCount === undefined) return
  const value = next?.collisionCount ?? 0
  const isLess = next?.collisionCount === undefined || value < old.collisionCount
  if (isLess) yield invalid('status.collisionCount', value, 'cannot be decremented')
}

/** The status of a ReplicaSet, and of the older kind that it follows. */
export interface ReplicaStatus {
  replicas?: number
  fullyLabeledReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  terminatingReplicas?: number
  observedGeneration?: number
}

const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const

/** Everything wrong with the counts of replicas. */
export function* replicaStatusErrors(status: ReplicaStatus = {}): Iterable<FieldError> {
  yield* countErrors(status, ['replicas', ...parts, 'observedGeneration', 'terminatingReplicas'], 'status')
  yield* moreThanErrors(status, parts, 'replicas', 'status.replicas')
  yield* moreThanErrors(status, ['availableReplicas'], 'readyReplicas', 'readyReplicas')
}
