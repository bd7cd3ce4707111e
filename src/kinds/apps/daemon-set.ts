import { securedTemplate } from '../core/pod/security/secured-pods.ts'
import { equal } from '#schema/equal'
import { containerCells, labelsText } from '../core/pod/template-cells.ts'
import { settleTemplate } from '../core/pod/template.ts'
import { isSameSpec } from '../core/pod/template-holder.ts'
import { templateWarnings } from '../core/pod/template.ts'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { DaemonSet as DaemonSetObject } from '../gen/apps-v1.ts'
import { resources } from '../gen/resources.ts'
import { immutableErrors } from '../immutable-errors.ts'
import { selectorText } from '../selector-text.ts'
import { specStatus } from '../spec-status.ts'
import { daemonSetErrors, daemonSetStatusErrors } from './daemon-set-errors.ts'
import { templateGeneration } from './defaults.ts'
import { collisionErrors } from './status-errors.ts'

/** How many forms the template has had; once a field, now an annotation. */
const countOf = ({ metadata }: DaemonSetObject) => Number(metadata.annotations?.[templateGeneration] ?? 0)

function setCount({ metadata }: DaemonSetObject, count: number): void {
  metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(count) }
}

const parts = specStatus<DaemonSetObject>({
  newStatus: () => ({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  }),
  hasGeneration: true,
  settle: (next, old) => settleTemplate(next.spec?.template, old?.spec?.template),
})

const rules: Rules<DaemonSetObject> = {
  prepareCreate(set, context) {
    parts.prepareCreate(set, context)
    const count = Math.trunc(countOf(set))
    setCount(set, count >= 1 ? count : 1)
  },
  prepareUpdate(next, old, context) {
    parts.prepareUpdate(next, old, context)
    const isNewForm = context.subresource === '' && !equal(next.spec?.template, old.spec?.template)
    setCount(next, countOf(old) + (isNewForm ? 1 : 0))
  },
  validate({ spec, status }, context) {
    if (context.subresource === 'status') return daemonSetStatusErrors(status)
    return spec ? daemonSetErrors(spec, context) : []
  },
  validateUpdate(next, old, { subresource }) {
    if (subresource === 'status') return collisionErrors(next.status, old.status)
    return immutableErrors('spec.selector', next.spec?.selector, old.spec?.selector)
  },
  warnings: (next, old) =>
    isSameSpec(next, old) ? [] : templateWarnings(next.spec?.template, 'spec.template'),
}

const cells: Record<string, Cell<DaemonSetObject>> = {
  ...containerCells(({ spec }) => spec?.template),
  'Node Selector': ({ spec }) => labelsText(spec?.template.spec?.nodeSelector),
  Selector: ({ spec }) => selectorText(spec?.selector),
}

/** DaemonSet: one pod on each node. */
export const daemonSet = defineKind<DaemonSetObject>(resources['apps/v1/daemonsets'], {
  cells,
  rules,
  securedPods: securedTemplate(({ spec }) => spec?.template),
})
