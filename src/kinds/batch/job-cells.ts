import { age, humanDuration } from '#base/human-duration'
import { containerCells } from '../core/pod/template-cells.ts'
import type { Cell } from '../define.ts'
import type { Job } from '../gen/batch-v1.ts'
import { selectorText } from '../selector-text.ts'
import { hasCondition } from './job-conditions.ts'

/** Conditions that a job's state is told by, those of its end first. */
const ends = ['Complete', 'Failed']
const states = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet']

function state({ metadata, status }: Job): string {
  const find = (types: readonly string[]) => types.find((type) => hasCondition(status, type))
  const end = find(ends)
  if (end !== undefined) return end
  if (metadata.deletionTimestamp !== undefined) return 'Terminating'
  return find(states) ?? 'Running'
}

function completions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`
  const parallelism = spec?.parallelism ?? 0
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function duration({ status }: Job, now: number): string {
  const { startTime, completionTime } = status ?? {}
  if (startTime === undefined) return ''
  if (completionTime === undefined) return age(startTime, now)
  return humanDuration(new Date(completionTime).getTime() - new Date(startTime).getTime())
}

/** The cells of jobs. */
export const jobCells: Record<string, Cell<Job>> = {
  ...containerCells(({ spec }) => spec?.template),
  Status: state,
  Completions: completions,
  Duration: duration,
  Selector: ({ spec }) => selectorText(spec?.selector),
}
