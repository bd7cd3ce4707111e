import { securedTemplate } from '../core/pod/security/secured-pods.ts'
import { containerCells } from '../core/pod/template-cells.ts'
import { settleTemplate, templateWarnings } from '../core/pod/template.ts'
import { isSameSpec } from '../core/pod/template-holder.ts'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { StatefulSet as StatefulSetObject } from '../gen/apps-v1.ts'
import { resources } from '../gen/resources.ts'
import { isNew } from '../is-new.ts'
import { specStatus } from '../spec-status.ts'
import {
  newStatefulSetErrors,
  statefulSetChangeErrors,
  statefulSetErrors,
  statefulSetStatusErrors,
} from './stateful-set-errors.ts'
import { collisionErrors } from './status-errors.ts'

/** How many replicas may be away during a change is a field of a feature that is off. */
function settle(next: StatefulSetObject, old: StatefulSetObject | undefined): void {
  settleTemplate(next.spec?.template, old?.spec?.template)
  const update = next.spec?.updateStrategy?.rollingUpdate
  if (old?.spec?.updateStrategy?.rollingUpdate?.maxUnavailable === undefined) delete update?.maxUnavailable
}

function* warnings(next: StatefulSetObject, old: StatefulSetObject | undefined): Iterable<string> {
  if (!isSameSpec(next, old)) yield* templateWarnings(next.spec?.template, 'spec.template')
  if ((next.spec?.revisionHistoryLimit ?? 0) < 0) {
    yield 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'
  }
}

const rules: Rules<StatefulSetObject> = {
  ...specStatus<StatefulSetObject>({
    newStatus: () => ({ replicas: 0, availableReplicas: 0 }),
    hasGeneration: true,
    settle,
  }),
  validate(set, context) {
    if (context.subresource === 'status') return statefulSetStatusErrors(set.status)
    if (!set.spec) return []
    return isNew(set) ? newStatefulSetErrors(set.spec, context) : statefulSetErrors(set.spec)
  },
  validateUpdate(next, old, context) {
    if (context.subresource === 'status') return collisionErrors(next.status, old.status)
    return next.spec && old.spec ? statefulSetChangeErrors(next.spec, old.spec, context) : []
  },
  warnings,
}

const cells: Record<string, Cell<StatefulSetObject>> = {
  ...containerCells(({ spec }) => spec?.template),
  Ready: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
}

/** StatefulSet: pods that keep their names and volumes. */
export const statefulSet = defineKind<StatefulSetObject>(resources['apps/v1/statefulsets'], {
  cells,
  rules,
  securedPods: securedTemplate(({ spec }) => spec?.template),
})
