import { securedTemplate } from './pod/security/secured-pods.ts'
import { type FieldError, required } from '#base/field-error'
import { endlessErrors, mismatchErrors } from '../apps/template-errors.ts'
import { replicaStatusErrors } from '../apps/status-errors.ts'
import { LabelSelector } from '#schema/label-selector'
import { countErrors } from '../count-errors.ts'
import { type Cell, defineKind, type RuleContext, type Rules } from '../define.ts'
import type { ReplicationController as ControllerObject, ReplicationControllerSpec } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { containerCells, labelsText } from './pod/template-cells.ts'
import { settleTemplate, templateErrors } from './pod/template.ts'
import { holderWarnings } from './pod/template-holder.ts'

const templatePath = 'spec.template'

function* specErrors(spec: ReplicationControllerSpec, context: RuleContext): Iterable<FieldError> {
  const { selector = {}, template } = spec
  yield* countErrors(spec, ['minReadySeconds'], 'spec')
  const conditions = Object.entries(selector)
  if (conditions.length === 0) yield required('spec.selector')
  if (spec.replicas === undefined) yield required('spec.replicas')
  yield* countErrors(spec, ['replicas'], 'spec')
  if (!template) {
    yield required(templatePath)
    return
  }
  if (conditions.length > 0) {
    const all = conditions.map(([key, value]) => ({ key, operator: '=' as const, values: [value] }))
    yield* mismatchErrors(new LabelSelector(all), template)
  }
  yield* templateErrors(template, templatePath, context)
  yield* endlessErrors(template, 'ReplicationController')
}

const rules: Rules<ControllerObject> = {
  ...specStatus<ControllerObject>({
    newStatus: () => ({ replicas: 0 }),
    hasGeneration: true,
    settle: (next, old) => settleTemplate(next.spec?.template, old?.spec?.template),
  }),
  validate({ spec = {}, status }, context) {
    return context.subresource === 'status' ? replicaStatusErrors(status) : specErrors(spec, context)
  },
  warnings: (next, old) => holderWarnings(next, old, next.spec?.template),
}

const cells: Record<string, Cell<ControllerObject>> = {
  ...containerCells(({ spec }) => spec?.template),
  Desired: ({ spec }) => spec?.replicas ?? 0,
  Selector: ({ spec }) => labelsText(spec?.selector),
}

/** ReplicationController: a number of pods of the same form, as Kubernetes first had it. */
export const replicationController = defineKind<ControllerObject>(resources['v1/replicationcontrollers'], {
  cells,
  rules,
  securedPods: securedTemplate(({ spec }) => spec?.template),
  selectable: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
})
