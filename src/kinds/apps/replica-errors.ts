import type { FieldError } from '#base/field-error'
import { templateErrors } from '../core/pod/template.ts'
import type { RuleContext } from '../define.ts'
import type { PodTemplateSpec } from '../gen/core-v1.ts'
import type { LabelSelector } from '../gen/meta-v1.ts'
import { endlessErrors, selectedTemplateErrors } from './template-errors.ts'

// Upstream says "deployment" of replica sets too.
const texts = { empty: 'empty selector is invalid for deployment', unreadable: 'invalid label selector' }

function* replicaTemplateErrors(template: PodTemplateSpec, context: RuleContext): Iterable<FieldError> {
  yield* templateErrors(template, 'spec.template', context)
  yield* endlessErrors(template, 'ReplicaSet')
}

/** Faults of what a Deployment and a ReplicaSet share: the selector and the template of replicas. */
export const replicaErrors = (
  spec: { selector?: LabelSelector; template: PodTemplateSpec },
  context: RuleContext,
): Iterable<FieldError> => selectedTemplateErrors(spec, texts, replicaTemplateErrors(spec.template, context))
