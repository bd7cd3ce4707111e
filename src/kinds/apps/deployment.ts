import { securedTemplate } from '../core/pod/security/secured-pods.ts'
import { equal } from '#schema/equal'
import { containerCells } from '../core/pod/template-cells.ts'
import { settleTemplate } from '../core/pod/template.ts'
import { holderWarnings } from '../core/pod/template-holder.ts'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { Deployment as DeploymentObject } from '../gen/apps-v1.ts'
import { resources } from '../gen/resources.ts'
import { immutableErrors } from '../immutable-errors.ts'
import { isReadableSelector, selectorText } from '../selector-text.ts'
import { specStatus } from '../spec-status.ts'
import { deploymentErrors, deploymentStatusErrors } from './deployment-errors.ts'
import { collisionErrors } from './status-errors.ts'

const parts = specStatus<DeploymentObject>({
  newStatus: () => ({}),
  hasGeneration: true,
  keptByStatus: ['labels'],
  settle: (next, old) => settleTemplate(next.spec?.template, old?.spec?.template),
})

const rules: Rules<DeploymentObject> = {
  prepareCreate: parts.prepareCreate,
  prepareUpdate(next, old, context) {
    parts.prepareUpdate(next, old, context)
    if (context.subresource === 'status') return
    // Annotations go down to the replica sets, so they are part of what is asked for.
    const isAnnotated = !equal(next.metadata.annotations ?? {}, old.metadata.annotations ?? {})
    if (isAnnotated) next.metadata.generation = (old.metadata.generation ?? 0) + 1
  },
  validate(deployment, context) {
    if (context.subresource === 'status') return deploymentStatusErrors(deployment)
    return deployment.spec ? deploymentErrors(deployment.spec, context) : []
  },
  validateUpdate(next, old, { subresource }) {
    if (subresource === 'status') return collisionErrors(next.status, old.status)
    return immutableErrors('spec.selector', next.spec?.selector, old.spec?.selector)
  },
  warnings: (next, old) => holderWarnings(next, old, next.spec?.template),
}

function selector({ spec }: DeploymentObject): string {
  const { selector } = spec ?? {}
  if (selector && !isReadableSelector(selector)) return '<invalid>'
  const text = selectorText(selector)
  return text === '<none>' ? '' : text
}

const cells: Record<string, Cell<DeploymentObject>> = {
  ...containerCells(({ spec }) => spec?.template),
  Ready: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
  'Up-to-date': ({ status }) => status?.updatedReplicas ?? 0,
  Available: ({ status }) => status?.availableReplicas ?? 0,
  Selector: selector,
}

/** Deployment: replicas of a pod, changed from one form to the next step by step. */
export const deployment = defineKind<DeploymentObject>(resources['apps/v1/deployments'], {
  cells,
  rules,
  notWritten: { '': ['status'], status: ['spec', 'metadata.labels'] },
  securedPods: securedTemplate(({ spec }) => spec?.template),
})
