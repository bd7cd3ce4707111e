import { securedTemplate } from './pod/security/secured-pods.ts'
import { required } from '#base/field-error'
import { equal } from '#schema/equal'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { PodTemplate as TemplateObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { containerCells, labelsText } from './pod/template-cells.ts'
import { isSameSpec } from './pod/template-holder.ts'
import { settleTemplate, templateErrors, templateWarnings } from './pod/template.ts'

const rules: Rules<TemplateObject> = {
  prepareCreate(object) {
    object.metadata.generation = 1
    settleTemplate(object.template, undefined)
  },
  prepareUpdate(next, old) {
    settleTemplate(next.template, old.template)
    if (!equal(next.template, old.template)) {
      next.metadata.generation = (old.metadata.generation ?? 0) + 1
    }
  },
  validate({ template }, context) {
    return template?.spec
      ? templateErrors(template, 'template', context)
      : [required('template.spec.containers')]
  },
  warnings: (next, old) => (isSameSpec(next, old) ? [] : templateWarnings(next.template, 'template')),
}

const cells: Record<string, Cell<TemplateObject>> = {
  ...containerCells(({ template }) => template),
  'Pod Labels': ({ template }) => labelsText(template?.metadata.labels),
}

/** PodTemplate: the form of pods, kept for whoever makes them. */
export const podTemplate = defineKind<TemplateObject>(resources['v1/podtemplates'], {
  cells,
  rules,
  securedPods: securedTemplate(({ template }) => template),
})
