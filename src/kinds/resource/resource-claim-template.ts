import { invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import { defineKind, type Rules } from '../define.ts'
import type { ResourceClaimTemplate as TemplateObject } from '../gen/resource-v1.ts'
import { resources } from '../gen/resources.ts'
import { internalForm } from '../internal-form.ts'
import { isNew } from '../is-new.ts'
import { templateMetaErrors } from '../template-meta-errors.ts'
import { claimErrors } from './claim-errors.ts'

const rules: Rules<TemplateObject> = {
  *validate(template) {
    if (!isNew(template)) return
    const { metadata, spec } = template.spec
    yield* templateMetaErrors(metadata, 'spec.metadata')
    yield* claimErrors(spec, 'spec.spec')
  },
  *validateUpdate({ spec: next }, { spec: old }) {
    if (equal(next, old)) return
    // The metadata stands in the spec itself in upstream's form.
    const Spec = internalForm('io.k8s.api.resource.v1.ResourceClaimSpec', next.spec)
    yield invalid('spec', { ...next.metadata, Spec }, 'field is immutable')
  },
}

/** ResourceClaimTemplate: what the claims that are made for pods ask for. */
export const resourceClaimTemplate = defineKind<TemplateObject>(
  resources['resource.k8s.io/v1/resourceclaimtemplates'],
  { rules },
)
