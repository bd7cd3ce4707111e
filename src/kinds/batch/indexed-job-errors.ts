import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import type { JobSpec } from '../gen/batch-v1.ts'

const parallelismMax = 100_000
const failedMax = 100_000
/** With more completions than these, and a limit for each index, less of the rest may be asked for. */
const manyCompletions = 100_000
const parallelismMaxOfMany = 10_000
const failedMaxOfMany = 10_000

function* manyErrors({ parallelism = 0, maxFailedIndexes }: JobSpec, path: string): Iterable<FieldError> {
  const above = `when completions are above ${manyCompletions} and used with backoff limit per index`
  if (maxFailedIndexes === undefined) {
    const text = `must be specified when completions is above ${manyCompletions}`
    yield required(`${path}.maxFailedIndexes`, text)
  }
  if (parallelism > parallelismMaxOfMany) {
    const text = `must be less than or equal to ${parallelismMaxOfMany} ${above}`
    yield invalid(`${path}.parallelism`, parallelism, text)
  }
  if ((maxFailedIndexes ?? 0) > failedMaxOfMany) {
    const text = `must be less than or equal to ${failedMaxOfMany} ${above}`
    yield invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, text)
  }
}

function* withIndexErrors(spec: JobSpec, path: string): Iterable<FieldError> {
  const { completions, parallelism = 0, maxFailedIndexes = 0, backoffLimitPerIndex } = spec
  if (completions === undefined) yield required(`${path}.completions`, 'when completion mode is Indexed')
  if (parallelism > parallelismMax) {
    const text = `must be less than or equal to ${parallelismMax} when completion mode is Indexed`
    yield invalid(`${path}.parallelism`, parallelism, text)
  }
  const failed = `${path}.maxFailedIndexes`
  if (completions !== undefined && maxFailedIndexes > completions) {
    yield invalid(failed, maxFailedIndexes, 'must be less than or equal to completions')
  }
  if (maxFailedIndexes > failedMax) {
    yield invalid(failed, maxFailedIndexes, `must be less than or equal to ${failedMax}`)
  }
  if ((completions ?? 0) > manyCompletions && backoffLimitPerIndex !== undefined) {
    yield* manyErrors(spec, path)
  }
}

/** Faults of how a job counts its pods: by indexes or without. */
export function* indexedErrors(spec: JobSpec, path: string): Iterable<FieldError> {
  const { completionMode: mode } = spec
  if (mode === 'Indexed') yield* withIndexErrors(spec, path)
  else if (mode !== undefined && mode !== 'NonIndexed') {
    yield notSupported(`${path}.completionMode`, mode, ['NonIndexed', 'Indexed'])
  }
  if (mode !== undefined && mode !== 'NonIndexed') return
  for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    const value = spec[name]
    if (value !== undefined) yield invalid(`${path}.${name}`, value, 'requires indexed completion mode')
  }
}
