import { type FieldError, invalid, required } from '#base/field-error'
import { conditionsOf } from '../apps/template-errors.ts'
import type { Job } from '../gen/batch-v1.ts'

const nameLabel = 'batch.kubernetes.io/job-name'
const uidLabel = 'batch.kubernetes.io/controller-uid'
const oldNameLabel = 'job-name'
const oldUidLabel = 'controller-uid'

/** Gives the pods of a new job labels that no other job's pods have, and makes the job select them. */
export function generateSelector({ metadata, spec }: Job): void {
  if (!spec || spec.manualSelector) return
  const { name = '', uid = '' } = metadata
  const labels = (spec.template.metadata.labels ??= {})
  for (const key of [oldNameLabel, nameLabel]) labels[key] ??= name
  for (const key of [oldUidLabel, uidLabel]) labels[key] ??= uid
  const selector = (spec.selector ??= {})
  selector.matchLabels ??= {}
  selector.matchLabels[uidLabel] ??= uid
  // Who gives a job no labels finds it by those of its pods.
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = labels
}

function* labelErrors(
  labels: Readonly<Record<string, string>>,
  key: string,
  due: string,
): Iterable<FieldError> {
  const path = `spec.template.metadata.labels[${key}]`
  if (!Object.hasOwn(labels, key)) yield required(path, `must be '${due}'`)
  else if (labels[key] !== due) yield invalid(path, labels, `must be '${due}'`)
}

/** The labels that a job's pods must carry: those with a prefix, and those from before there were prefixes. */
function dueLabels({ name = '', uid = '' }: Job['metadata'], isPrefixed: boolean): Record<string, string> {
  const old = { [oldUidLabel]: uid, [oldNameLabel]: name }
  return isPrefixed ? { ...old, [uidLabel]: uid, [nameLabel]: name } : old
}

/** Whether the pods of a job carry the labels with a prefix, which older jobs' do not. */
const hasPrefixedLabels = ({ spec }: Job): boolean =>
  [nameLabel, uidLabel].every((key) => Object.hasOwn(spec?.template.metadata.labels ?? {}, key))

/** Faults of labels and a selector that their author has meddled with, although the server makes them. */
export function* generatedSelectorErrors(
  job: Job,
  isPrefixed: boolean = hasPrefixedLabels(job),
): Iterable<FieldError> {
  const { metadata, spec } = job
  if (!spec?.selector || spec.manualSelector) return
  if ((metadata.uid ?? '') === '') yield required('metadata.uid')
  const labels = spec.template.metadata.labels ?? {}
  const due = dueLabels(metadata, isPrefixed)
  for (const [key, value] of Object.entries(due)) yield* labelErrors(labels, key, value)
  const conditions = conditionsOf(spec.selector)
  if (conditions && !conditions.matches(due)) {
    yield invalid('spec.selector', spec.selector, '`selector` not auto-generated')
  }
}
