import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { type LabelSelector as Requirements, SelectorSyntaxError, selectorOf } from '#schema/label-selector'
import type { PodTemplateSpec } from '../gen/core-v1.ts'
import type { LabelSelector } from '../gen/meta-v1.ts'
import { selectorErrors } from '../selector-errors.ts'

const selectorPath = 'spec.selector'
const templatePath = 'spec.template'

/** The conditions of a selector; false where it cannot be understood, undefined where it selects nothing. */
export function conditionsOf(selector: LabelSelector | undefined): Requirements | undefined | false {
  try {
    return selectorOf(selector)
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return false
    throw error
  }
}

/** The fault of a template whose pods its holder does not select. */
export function* mismatchErrors(
  conditions: Requirements | undefined,
  template: PodTemplateSpec,
  path = templatePath,
): Iterable<FieldError> {
  const { labels } = template.metadata
  if (conditions?.matches(labels)) return
  yield invalid(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`')
}

/** Whether a selector has no condition: then it selects everything. */
export const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length + matchExpressions.length === 0

/** How upstream words the faults of a holder's selector. */
export interface SelectorTexts {
  readonly empty: string
  readonly unreadable: string
}

/** Faults of a selector that must be there and select the template's pods; the template's own follow. */
export function* selectedTemplateErrors(
  { selector, template }: { selector?: LabelSelector; template: PodTemplateSpec },
  texts: SelectorTexts,
  templateErrors: Iterable<FieldError>,
): Iterable<FieldError> {
  if (!selector) yield required(selectorPath)
  else {
    yield* selectorErrors(selector, selectorPath)
    if (isEmptySelector(selector)) yield invalid(selectorPath, selector, texts.empty)
  }
  const conditions = conditionsOf(selector)
  if (conditions === false) {
    yield invalid(selectorPath, selector, texts.unreadable)
    return
  }
  yield* mismatchErrors(conditions, template)
  yield* templateErrors
}

/** Faults of pods that would not run for ever. */
export function* endlessErrors({ spec }: PodTemplateSpec, kind: string): Iterable<FieldError> {
  const { restartPolicy = '', activeDeadlineSeconds } = spec ?? {}
  const path = `${templatePath}.spec`
  if (restartPolicy !== 'Always') yield notSupported(`${path}.restartPolicy`, restartPolicy, ['Always'])
  if (activeDeadlineSeconds !== undefined) {
    const text = `activeDeadlineSeconds in ${kind} is not Supported`
    yield fieldForbidden(`${path}.activeDeadlineSeconds`, text)
  }
}
