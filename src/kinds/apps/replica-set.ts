import { securedTemplate } from '../core/pod/security/secured-pods.ts'
import type { FieldError } from '#base/field-error'
import { countErrors } from '../count-errors.ts'
import { containerCells } from '../core/pod/template-cells.ts'
import { settleTemplate } from '../core/pod/template.ts'
import { holderWarnings } from '../core/pod/template-holder.ts'
import { type Cell, defineKind, type RuleContext, type Rules } from '../define.ts'
import type { ReplicaSet as ReplicaSetObject, ReplicaSetSpec } from '../gen/apps-v1.ts'
import { resources } from '../gen/resources.ts'
import { immutableErrors } from '../immutable-errors.ts'
import { selectorText } from '../selector-text.ts'
import { specStatus } from '../spec-status.ts'
import { replicaErrors } from './replica-errors.ts'
import { replicaStatusErrors } from './status-errors.ts'

function* specErrors(spec: ReplicaSetSpec, context: RuleContext): Iterable<FieldError> {
  yield* countErrors(spec, ['replicas', 'minReadySeconds'], 'spec')
  yield* replicaErrors({ ...spec, template: spec.template ?? { metadata: {} } }, context)
}

const rules: Rules<ReplicaSetObject> = {
  ...specStatus<ReplicaSetObject>({
    newStatus: () => ({ replicas: 0 }),
    hasGeneration: true,
    settle: (next, old) => settleTemplate(next.spec?.template, old?.spec?.template),
  }),
  validate({ spec, status }, context) {
    if (context.subresource === 'status') return replicaStatusErrors(status)
    return spec ? specErrors(spec, context) : []
  },
  validateUpdate(next, old, { subresource }) {
    if (subresource === 'status') return []
    return immutableErrors('spec.selector', next.spec?.selector, old.spec?.selector)
  },
  warnings: (next, old) => holderWarnings(next, old, next.spec?.template),
}

const cells: Record<string, Cell<ReplicaSetObject>> = {
  ...containerCells(({ spec }) => spec?.template),
  Selector: ({ spec }) => selectorText(spec?.selector),
}

/** ReplicaSet: a number of pods of the same form. */
export const replicaSet = defineKind<ReplicaSetObject>(resources['apps/v1/replicasets'], {
  cells,
  rules,
  securedPods: securedTemplate(({ spec }) => spec?.template),
})
