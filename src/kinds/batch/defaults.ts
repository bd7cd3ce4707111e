import type { HandRule } from '#schema/default'
import { fillTemplate } from '../core/pod/template-holder.ts'
import type { CronJob, Job } from '../gen/batch-v1.ts'

const int32Max = 2_147_483_647
const backoffLimit = 6

function newJob(value: Job): void {
  const spec = (value.spec ??= { template: { metadata: {} } })
  fillTemplate(spec)
  if (spec.parallelism === undefined) spec.completions ??= 1
  // With a limit for each index there is none for all of them.
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? backoffLimit : int32Max
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  const { labels = {} } = spec.template.metadata
  const hasLabels = Object.keys(value.metadata.labels ?? {}).length > 0
  // The same labels, not a copy of them: what the server adds to the one it adds to the other.
  if (!hasLabels && Object.keys(labels).length > 0) value.metadata.labels = labels
}

function newCronJob(value: CronJob): void {
  // What has no specification at all gets one that says so.
  const { jobTemplate } = ((value as Partial<CronJob>).spec ??= {
    schedule: '',
    jobTemplate: { metadata: {} },
  })
  const template = ((value.spec as Partial<typeof value.spec>).jobTemplate = jobTemplate ?? { metadata: {} })
  template.spec ??= { template: { metadata: {} } }
  fillTemplate(template.spec)
}

/** Defaults of batch that no table can tell. */
export const batchDefaults: Readonly<Record<string, HandRule>> = {
  'io.k8s.api.batch.v1.CronJob': { before: newCronJob },
  'io.k8s.api.batch.v1.Job': { before: newJob },
}
