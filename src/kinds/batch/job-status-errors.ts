import { duplicate, type FieldError, invalid, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { countErrors } from '../count-errors.ts'
import type { Job, JobStatus } from '../gen/batch-v1.ts'
import { internalForm } from '../internal-form.ts'
import { invalidState } from '../invalid-state.ts'
import { hasCondition, isFinished } from './job-conditions.ts'
import { parseIndexes, sharedIndex } from './job-indexes.ts'

function* uncountedErrors({ uncountedTerminatedPods: uncounted }: JobStatus): Iterable<FieldError> {
  const seen = new Set<string>()
  for (const name of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of (uncounted?.[name] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${name}[${i}]`
      if (uid === '') yield invalid(path, uid, 'must not be empty')
      else if (seen.has(uid)) yield duplicate(path, uid)
      seen.add(uid)
    }
  }
}

/** A write of a job's status, and what of it is not as it was. */
interface Change {
  readonly next: Job
  readonly status: JobStatus
  readonly complete: boolean
  readonly failed: boolean
  readonly finished: boolean
  readonly hasChanged: (
    ...what: (keyof JobStatus | 'Complete' | 'Failed' | 'FailureTarget' | 'finished')[]
  ) => boolean
}

const conditionNames: readonly string[] = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet']

function changeOf(next: Job, old: Job): Change {
  const { status = {} } = next
  const before = old.status ?? {}
  return {
    next,
    status,
    complete: hasCondition(status, 'Complete'),
    failed: hasCondition(status, 'Failed'),
    finished: isFinished(next),
    hasChanged: (...what) =>
      what.some((one) => {
        if (one === 'finished') return isFinished(next) !== isFinished(old)
        if (conditionNames.includes(one)) return hasCondition(status, one) !== hasCondition(before, one)
        return !equal(status[one as keyof JobStatus], before[one as keyof JobStatus])
      }),
  }
}

const timeOf = (text: string) => new Date(text).getTime()

function* endErrors({ status, complete, failed, hasChanged }: Change): Iterable<FieldError> {
  const { completionTime, startTime } = status
  const path = 'status.conditions'
  if (hasChanged('Complete', 'Failed') && complete && failed) {
    yield invalidState(path, 'cannot set Complete=True and Failed=true conditions')
  }
  const hasTarget = hasCondition(status, 'FailureTarget')
  if (hasChanged('Complete', 'FailureTarget') && complete && hasTarget) {
    yield invalidState(path, 'cannot set Complete=True and FailureTarget=true conditions')
  }
  const at = 'status.completionTime'
  if (hasChanged('Complete', 'completionTime')) {
    if (completionTime !== undefined && !complete) {
      const text = 'cannot set completionTime when there is no Complete=True condition'
      yield invalid(at, completionTime, text)
    }
    if (completionTime === undefined && complete) {
      yield required(at, 'completionTime is required for Complete jobs')
    }
  }
  const isTimed = startTime !== undefined && completionTime !== undefined
  if (hasChanged('startTime', 'completionTime') && isTimed && timeOf(completionTime) < timeOf(startTime)) {
    yield invalid(at, completionTime, 'completionTime cannot be set before startTime')
  }
  if (hasChanged('Failed', 'FailureTarget') && failed && !hasTarget) {
    const text = 'cannot set Failed=True condition without the FailureTarget=true condition'
    yield invalidState(path, text)
  }
  if (hasChanged('Complete') && complete && !hasCondition(status, 'SuccessCriteriaMet')) {
    const text = 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'
    yield invalidState(path, text)
  }
}

function* finishedErrors({ status, finished, hasChanged }: Change): Iterable<FieldError> {
  if (!finished) return
  const { active = 0, uncountedTerminatedPods: uncounted } = status
  if (hasChanged('finished', 'active') && active > 0) {
    yield invalid('status.active', active, 'active>0 is invalid for finished job')
  }
  if (hasChanged('finished', 'startTime') && status.startTime === undefined) {
    yield required('status.startTime', 'startTime is required for finished job')
  }
  const left = (uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0)
  if (hasChanged('finished', 'uncountedTerminatedPods') && uncounted && left > 0) {
    const shown = internalForm('io.k8s.api.batch.v1.UncountedTerminatedPods', uncounted)
    const text = 'uncountedTerminatedPods needs to be empty for finished job'
    yield invalid('status.uncountedTerminatedPods', shown, text)
  }
}

function* indexErrors({ next, status, hasChanged }: Change): Iterable<FieldError> {
  const { completions, completionMode, backoffLimitPerIndex } = next.spec ?? {}
  const { completedIndexes = '', failedIndexes } = status
  const isChanged = { completed: hasChanged('completedIndexes'), failed: hasChanged('failedIndexes') }
  const fault = (text: string) =>
    completions === undefined ? undefined : parseIndexes(text, completions).fault
  const completed = 'status.completedIndexes'
  const failed = 'status.failedIndexes'
  const wrong = isChanged.completed ? fault(completedIndexes) : undefined
  if (wrong !== undefined)
    yield invalid(completed, completedIndexes, `error parsing completedIndexes: ${wrong}`)
  if (isChanged.failed && backoffLimitPerIndex !== undefined && failedIndexes !== undefined) {
    const wrong = fault(failedIndexes)
    if (wrong !== undefined) yield invalid(failed, failedIndexes, `error parsing failedIndexes: ${wrong}`)
  }
  if (isChanged.completed && completedIndexes !== '' && completionMode !== 'Indexed') {
    const text = 'cannot set non-empty completedIndexes when non-indexed completion mode'
    yield invalid(completed, completedIndexes, text)
  }
  if (isChanged.failed && backoffLimitPerIndex === undefined && failedIndexes !== undefined) {
    const text = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'
    yield invalid(failed, failedIndexes, text)
  }
  if (!(isChanged.completed || isChanged.failed) || completions === undefined) return
  const shared = sharedIndex(completedIndexes, failedIndexes ?? '', completions)
  if (shared !== undefined) {
    const text = `failedIndexes and completedIndexes overlap at index: ${shared}`
    yield invalid(failed, failedIndexes, text)
  }
}

function* podErrors({ status, finished, hasChanged }: Change): Iterable<FieldError> {
  const { terminating = 0, ready, active = 0 } = status
  if (hasChanged('finished', 'terminating') && finished && terminating > 0) {
    yield invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job')
  }
  if (hasChanged('ready', 'active') && ready !== undefined && ready > active) {
    yield invalid('status.ready', ready, 'cannot set more ready pods than active')
  }
}

function* criteriaErrors({ next, status, complete, failed }: Change): Iterable<FieldError> {
  const isMet = hasCondition(status, 'SuccessCriteriaMet')
  const path = 'status.conditions'
  if (isMet && failed)
    yield invalidState(path, 'cannot set SuccessCriteriaMet=True and Failed=true conditions')
  if (isMet && hasCondition(status, 'FailureTarget')) {
    yield invalidState(path, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  }
  if (next.spec?.successPolicy && !isMet && complete) {
    const text = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'
    yield invalidState(path, text)
  }
}

/** Nothing that has happened is taken back. */
function* backwardErrors({ next, status, hasChanged }: Change, old: Job): Iterable<FieldError> {
  const { status: before = {} } = old
  const { completionMode, completions, parallelism, suspend } = next.spec ?? {}
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (hasCondition(before, type) && !hasCondition(status, type)) {
      yield invalidState('status.conditions', `cannot disable the terminal ${type}=True condition`)
    }
  }
  const mayShrink = completionMode === 'Indexed' && completions === parallelism
  for (const name of ['failed', 'succeeded'] as const) {
    const count = status[name] ?? 0
    const isFixed = name === 'failed' || !mayShrink
    if (isFixed && count < (before[name] ?? 0)) {
      yield invalid(`status.${name}`, count, `cannot decrease the ${name} counter`)
    }
  }
  const { completionTime } = status
  const wasTimed = completionTime !== undefined && before.completionTime !== undefined
  if (wasTimed && hasChanged('completionTime')) {
    yield invalid('status.completionTime', completionTime, 'completionTime cannot be mutated')
  }
  if (before.startTime !== undefined && hasChanged('startTime') && suspend !== true) {
    yield required('status.startTime', 'startTime cannot be removed for unsuspended job')
  }
}

function* lateCriteriaErrors(next: Job, old: Job): Iterable<FieldError> {
  const isMet = hasCondition(next.status, 'SuccessCriteriaMet')
  const wasMet = hasCondition(old.status, 'SuccessCriteriaMet')
  const path = 'status.conditions'
  if (wasMet && !isMet) yield invalidState(path, 'cannot disable the SuccessCriteriaMet=True condition')
  if (hasCondition(old.status, 'Complete') && !wasMet && isMet) {
    const text = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'
    yield invalidState(path, text)
  }
}

const counts = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const

/** Everything wrong with a new status of a job. What was wrong before and has not changed may stay. */
export function* jobStatusErrors(next: Job, old: Job): Iterable<FieldError> {
  const change = changeOf(next, old)
  yield* countErrors(change.status, counts, 'status')
  yield* uncountedErrors(change.status)
  yield* endErrors(change)
  yield* finishedErrors(change)
  yield* indexErrors(change)
  yield* podErrors(change)
  yield* criteriaErrors(change)
  yield* backwardErrors(change, old)
  yield* lateCriteriaErrors(next, old)
}
