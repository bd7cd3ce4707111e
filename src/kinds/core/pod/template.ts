import { type FieldError, fieldForbidden } from '#base/field-error'
import { validateAnnotations, validateLabels } from '#schema/label-rules'
import type { RuleContext } from '../../define.ts'
import type { Pod, PodTemplateSpec } from '../../gen/core-v1.ts'
import { annotationRuleErrors } from './annotations.ts'
import { dropDisabledFields } from './disabled-fields.ts'
import { podSpecErrors } from './spec.ts'
import { podSpecWarnings } from './warnings.ts'

/** A template as a pod of its own: without a name. */
const asPod = ({ metadata, spec }: PodTemplateSpec): Pod => ({
  metadata: metadata ?? {},
  spec: spec ?? { containers: [] },
})

/** Everything wrong with the template of pods at a path, without what its holder asks of it. */
export function* templateErrors(
  template: PodTemplateSpec,
  path: string,
  context: RuleContext,
): Iterable<FieldError> {
  const pod = asPod(template)
  yield* validateLabels(pod.metadata.labels, `${path}.labels`)
  yield* validateAnnotations(pod.metadata.annotations, `${path}.annotations`)
  for (const error of annotationRuleErrors(pod)) {
    yield { ...error, path: error.path.replace('metadata', path) }
  }
  const { spec = { containers: [] } } = pod
  for (const error of podSpecErrors(spec, '', context)) yield { ...error, path: `${path}.${error.path}` }
  if ((spec.ephemeralContainers?.length ?? 0) > 0) {
    yield fieldForbidden(
      `${path}.spec.ephemeralContainers`,
      'ephemeral containers not allowed in pod template',
    )
  }
}

/** What is legal in the template of pods at a path but unwise. */
export function* templateWarnings(template: PodTemplateSpec | undefined, path: string): Iterable<string> {
  if (!template) return
  for (const text of podSpecWarnings(asPod(template))) yield `${path}.${text}`
}

/** Takes out of a template what belongs to features that are off, unless the stored one has it already. */
export function settleTemplate(next: PodTemplateSpec | undefined, old: PodTemplateSpec | undefined): void {
  if (next) dropDisabledFields(asPod(next), old && asPod(old))
}
