import { securedTemplate } from '../core/pod/security/secured-pods.ts'
import { dnsLabelFaults } from '#schema/name-rules'
import { type FieldError, invalid } from '#base/field-error'
import { settleTemplate } from '../core/pod/template.ts'
import { defineKind, type RuleContext, type Rules } from '../define.ts'
import type { Job as JobObject } from '../gen/batch-v1.ts'
import { resources } from '../gen/resources.ts'
import { isNew } from '../is-new.ts'
import { specStatus } from '../spec-status.ts'
import { jobCells } from './job-cells.ts'
import { jobChangeErrors } from './job-change-errors.ts'
import { jobErrors } from './job-errors.ts'
import { generatedSelectorErrors, generateSelector } from './job-selector.ts'
import { jobStatusErrors } from './job-status-errors.ts'
import { jobWarnings } from './job-warnings.ts'

const parts = specStatus<JobObject>({
  newStatus: () => ({}),
  hasGeneration: true,
  settle: (next, old) => settleTemplate(next.spec?.template, old?.spec?.template),
})

/** Each pod is called after the job and its own index. */
function* hostnameErrors({ metadata, spec }: JobObject): Iterable<FieldError> {
  const { completionMode, completions = 0 } = spec ?? {}
  if (completionMode !== 'Indexed' || completions <= 0) return
  const { name = '' } = metadata
  const last = `${name}-${completions - 1}`
  if (dnsLabelFaults(last).length === 0) return
  yield invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${last}`)
}

function* allErrors(job: JobObject, context: RuleContext): Iterable<FieldError> {
  yield* isNew(job) ? generatedSelectorErrors(job, true) : generatedSelectorErrors(job)
  if (job.spec) yield* jobErrors(job.spec, context)
  yield* hostnameErrors(job)
}

const rules: Rules<JobObject> = {
  prepareCreate(job, context) {
    generateSelector(job)
    parts.prepareCreate(job, context)
  },
  prepareUpdate: parts.prepareUpdate,
  validate: (job, context) => (context.subresource === 'status' ? [] : allErrors(job, context)),
  validateUpdate(next, old, { subresource }) {
    if (subresource === 'status') return jobStatusErrors(next, old)
    return next.spec ? jobChangeErrors(next.spec, old) : []
  },
  warnings: jobWarnings,
}

/** Job: pods that run until enough of them have done their work. */
export const job = defineKind<JobObject>(resources['batch/v1/jobs'], {
  cells: jobCells,
  rules,
  securedPods: securedTemplate(({ spec }) => spec?.template),
  selectable: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
})
