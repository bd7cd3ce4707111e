import { securedTemplate } from '../core/pod/security/secured-pods.ts'
import { type FieldError, invalid } from '#base/field-error'
import { age } from '#base/human-duration'
import { settleTemplate } from '../core/pod/template.ts'
import { containerCells } from '../core/pod/template-cells.ts'
import { holderWarnings, isSameSpec } from '../core/pod/template-holder.ts'
import { type Cell, defineKind, type RuleContext, type Rules } from '../define.ts'
import type { CronJob as CronJobObject } from '../gen/batch-v1.ts'
import { resources } from '../gen/resources.ts'
import { isNew } from '../is-new.ts'
import { selectorText } from '../selector-text.ts'
import { specStatus } from '../spec-status.ts'
import { cronJobErrors, hasZone, zoneErrors } from './cron-job-errors.ts'
import { indexWarnings } from './job-warnings.ts'

const jobPath = 'spec.jobTemplate.spec'
const nameMax = 52
const templateOf = (cron: CronJobObject | undefined) => cron?.spec?.jobTemplate?.spec?.template

function* warnings(next: CronJobObject, old: CronJobObject | undefined): Iterable<string> {
  if (!isSameSpec(next, old)) yield* indexWarnings(next.spec.jobTemplate.spec, jobPath)
  yield* holderWarnings(next, old, templateOf(next), `${jobPath}.template`)
  if (old && hasZone(next.spec.schedule)) {
    yield 'cannot use TZ or CRON_TZ in spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones for more details'
  }
}

/** The jobs' names have eleven characters more. */
function* nameErrors({ metadata: { name = '' } }: CronJobObject): Iterable<FieldError> {
  if (name.length > nameMax)
    yield invalid('metadata.name', name, `must be no more than ${nameMax} characters`)
}

function* errors(cron: CronJobObject, context: RuleContext): Iterable<FieldError> {
  yield* cronJobErrors(cron.spec, isNew(cron), context)
  if (isNew(cron)) yield* nameErrors(cron)
}

const rules: Rules<CronJobObject> = {
  ...specStatus<CronJobObject>({
    newStatus: () => ({}),
    hasGeneration: true,
    settle: (next, old) => settleTemplate(templateOf(next), templateOf(old)),
  }),
  validate: (cron, context) => (context.subresource === 'status' ? [] : errors(cron, context)),
  validateUpdate: (next, old, { subresource }) =>
    subresource === 'status' ? [] : zoneErrors(next.spec, old.spec),
  warnings,
}

function suspended({ spec }: CronJobObject): string {
  const { suspend } = spec
  if (suspend === undefined) return '<unset>'
  return suspend ? 'True' : 'False'
}

const cells: Record<string, Cell<CronJobObject>> = {
  ...containerCells(templateOf),
  Suspend: suspended,
  Active: ({ status }) => status?.active?.length ?? 0,
  'Last Schedule': ({ status }, now) =>
    status?.lastScheduleTime === undefined ? '<none>' : age(status.lastScheduleTime, now),
  Selector: ({ spec }) => selectorText(spec.jobTemplate.spec?.selector),
}

/** CronJob: a job at set times. */
export const cronJob = defineKind<CronJobObject>(resources['batch/v1/cronjobs'], {
  cells,
  rules,
  securedPods: securedTemplate(({ spec }) => spec?.jobTemplate?.spec?.template),
})
