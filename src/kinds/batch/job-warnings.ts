import { holderWarnings, isSameSpec } from '../core/pod/template-holder.ts'
import type { Job, JobSpec } from '../gen/batch-v1.ts'

const manyCompletions = 100_000
const muchParallelism = 10_000

/** What is unwise in how many pods a job wants. */
export function* indexWarnings(spec: JobSpec | undefined, path: string): Iterable<string> {
  const { completionMode, completions = 0, parallelism = 0 } = spec ?? {}
  if (completionMode !== 'Indexed' || completions <= manyCompletions || parallelism <= muchParallelism) return
  yield `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`
}

/** What is legal in a job but unwise. */
export function* jobWarnings(next: Job, old: Job | undefined): Iterable<string> {
  if (!isSameSpec(next, old)) yield* indexWarnings(next.spec, 'spec')
  yield* holderWarnings(next, old, next.spec?.template)
}
