import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { countErrors } from '../count-errors.ts'
import type { RuleContext } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type { CronJobSpec, JobTemplateSpec } from '../gen/batch-v1.ts'
import { scheduleFault } from './cron-schedule.ts'
import { jobSpecErrors } from './job-errors.ts'
import { timeZoneFaults } from './time-zone.ts'

const policies = ['Allow', 'Forbid', 'Replace']
const zoneForm = /^(?:CRON_)?TZ=([^ ]*)(?: (.*))?$/s

/** Whether a schedule says something of a time zone, which has a field of its own. */
export const hasZone = (schedule: string): boolean => schedule.includes('TZ')

function zonedScheduleFault(schedule: string): string | undefined {
  const zoned = zoneForm.exec(schedule)
  if (!zoned) return scheduleFault(schedule)
  const [, zone = '', rest = ''] = zoned
  // Without a zone, or with that of the machine, there is nothing to look up.
  const [fault] = zone === '' || zone === 'Local' ? [] : timeZoneFaults(zone)
  return fault === undefined ? scheduleFault(rest.trim()) : `provided bad location ${zone}: ${fault}`
}

function* scheduleErrors({ schedule }: CronJobSpec): Iterable<FieldError> {
  const path = 'spec.schedule'
  const fault = zonedScheduleFault(schedule)
  if (schedule === '') yield required(path)
  else if (fault !== undefined) yield invalid(path, schedule, fault)
}

/** Faults of the time zone; what stands as it was may have been taken by an older server. */
export function* zoneErrors(next: CronJobSpec, old: CronJobSpec | undefined): Iterable<FieldError> {
  const { schedule, timeZone } = next
  const path = 'spec.schedule'
  if (hasZone(schedule) && !hasZone(old?.schedule ?? '')) {
    const text = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
    yield invalid(path, schedule, text)
  } else if (hasZone(schedule) && timeZone !== undefined) {
    const text = 'cannot use both timeZone field and TZ or CRON_TZ in schedule'
    yield invalid(path, schedule, text)
  }
  if (timeZone === undefined || timeZone === old?.timeZone) return
  yield* eachFault('spec.timeZone', timeZone, timeZoneFaults(timeZone))
}

function* jobTemplateErrors({ spec }: JobTemplateSpec, context: RuleContext): Iterable<FieldError> {
  if (!spec) return
  const path = 'spec.jobTemplate.spec'
  yield* jobSpecErrors(spec, path, context)
  if (spec.selector) yield invalid(`${path}.selector`, spec.selector, '`selector` will be auto-generated')
  if (spec.manualSelector) yield notSupported(`${path}.manualSelector`, true, ['nil', 'false'])
}

/** Everything wrong with what a CronJob asks for; with its time zone only where it is new. */
export function* cronJobErrors(
  spec: CronJobSpec,
  isNew: boolean,
  context: RuleContext,
): Iterable<FieldError> {
  yield* scheduleErrors(spec)
  if (isNew) yield* zoneErrors(spec, undefined)
  yield* countErrors(spec, ['startingDeadlineSeconds'], 'spec')
  const { concurrencyPolicy: policy = '' } = spec
  if (policy === '') yield required('spec.concurrencyPolicy')
  else if (!policies.includes(policy)) yield notSupported('spec.concurrencyPolicy', policy, policies)
  yield* jobTemplateErrors(spec.jobTemplate, context)
  yield* countErrors(spec, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'], 'spec')
}
