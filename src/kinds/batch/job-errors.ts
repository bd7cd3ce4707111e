import { type FieldError, invalid, notSupported, required, tooLong } from '#base/field-error'
import { domainPathErrors } from '#schema/domain-names'
import { conditionsOf, mismatchErrors } from '../apps/template-errors.ts'
import { templateErrors } from '../core/pod/template.ts'
import { countErrors } from '../count-errors.ts'
import type { RuleContext } from '../define.ts'
import type { JobSpec } from '../gen/batch-v1.ts'
import { internalForm } from '../internal-form.ts'
import { selectorErrors } from '../selector-errors.ts'
import { failurePolicyErrors } from './failure-policy-errors.ts'
import { indexedErrors } from './indexed-job-errors.ts'
import { successPolicyErrors } from './success-policy-errors.ts'

const managedByBytesMax = 63

function* numberErrors(spec: JobSpec, path: string): Iterable<FieldError> {
  yield* countErrors(
    spec,
    [
      'parallelism',
      'completions',
      'activeDeadlineSeconds',
      'backoffLimit',
      'ttlSecondsAfterFinished',
      'backoffLimitPerIndex',
      'maxFailedIndexes',
    ],
    path,
  )
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    yield required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')
  }
}

function* managerErrors({ managedBy }: JobSpec, path: string): Iterable<FieldError> {
  if (managedBy === undefined) return
  if (managedBy === '') yield required(`${path}.managedBy`)
  else yield* domainPathErrors(managedBy, `${path}.managedBy`)
  if (managedBy.length > managedByBytesMax) yield tooLong(`${path}.managedBy`, managedByBytesMax)
}

function* policyErrors(spec: JobSpec, path: string): Iterable<FieldError> {
  if (spec.podFailurePolicy) yield* failurePolicyErrors(spec, `${path}.podFailurePolicy`)
  if (spec.successPolicy && spec.completionMode !== 'Indexed') {
    const shown = internalForm('io.k8s.api.batch.v1.SuccessPolicy', spec.successPolicy)
    yield invalid(`${path}.successPolicy`, shown, 'requires indexed completion mode')
  } else if (spec.successPolicy) yield* successPolicyErrors(spec, `${path}.successPolicy`)
  const { podReplacementPolicy: replacement } = spec
  const allowed = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  if (replacement !== undefined && !allowed.includes(replacement)) {
    yield notSupported(`${path}.podReplacementPolicy`, replacement, allowed)
  }
}

function* restartErrors({ template, podFailurePolicy }: JobSpec, path: string): Iterable<FieldError> {
  const policy = template.spec?.restartPolicy ?? ''
  const at = `${path}.template.spec.restartPolicy`
  if (policy === 'Always' || policy === '') yield required(at, 'valid values: "OnFailure", "Never"')
  else if (policy !== 'OnFailure' && policy !== 'Never') {
    yield notSupported(at, policy, ['OnFailure', 'Never'])
  } else if (podFailurePolicy && policy !== 'Never') {
    yield invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified')
  }
}

/** Everything wrong with the specification of a job, or of the jobs that a CronJob makes; not with its selector. */
export function* jobSpecErrors(spec: JobSpec, path: string, context: RuleContext): Iterable<FieldError> {
  yield* numberErrors(spec, path)
  yield* managerErrors(spec, path)
  yield* indexedErrors(spec, path)
  yield* policyErrors(spec, path)
  yield* templateErrors(spec.template, `${path}.template`, context)
  yield* restartErrors(spec, path)
}

/** Everything wrong with what a job asks for. */
export function* jobErrors(spec: JobSpec, context: RuleContext): Iterable<FieldError> {
  const { selector, template } = spec
  yield* jobSpecErrors(spec, 'spec', context)
  if (!selector) yield required('spec.selector')
  else yield* selectorErrors(selector, 'spec.selector')
  const conditions = conditionsOf(selector)
  if (conditions !== false) yield* mismatchErrors(conditions, template)
}
