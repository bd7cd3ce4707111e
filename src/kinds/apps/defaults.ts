import type { HandRule } from '#schema/default'
import { fillTemplate } from '../core/pod/template-holder.ts'
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../gen/apps-v1.ts'

/** Makes the parts of a specification that upstream always has, so that defaults find their place. */
function fillSpec<K extends string>(value: { spec?: object }, ...parts: K[]): void {
  const spec = (value.spec ??= {}) as Record<string, unknown>
  for (const part of parts) spec[part] ??= {}
  fillTemplate(spec)
}

function deployment({ spec }: Deployment): void {
  if (spec?.strategy?.type !== 'RollingUpdate') return
  spec.strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy.rollingUpdate }
}

/** The count of the template's forms; the server sets it when it writes. */
export const templateGeneration = 'deprecated.daemonset.template.generation'

function daemonSet({ metadata, spec }: DaemonSet): void {
  metadata.annotations = { [templateGeneration]: '0', ...metadata.annotations }
  const strategy = spec?.updateStrategy
  if (strategy?.type !== 'RollingUpdate') return
  strategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...strategy.rollingUpdate }
}

/** Only who does not name the strategy gets its settings. */
function newStatefulSet(value: StatefulSet): void {
  fillSpec(value, 'updateStrategy', 'persistentVolumeClaimRetentionPolicy')
  const strategy = value.spec?.updateStrategy
  if (strategy && (strategy.type ?? '') === '') strategy.rollingUpdate ??= {}
}

function statefulSet({ spec }: StatefulSet): void {
  const strategy = spec?.updateStrategy
  if (strategy?.type === 'RollingUpdate' && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0
  for (const claim of spec?.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1'
    claim.kind = 'PersistentVolumeClaim'
    claim.spec ??= {}
    claim.spec.volumeMode ??= 'Filesystem'
    claim.status ??= {}
    claim.status.phase ||= 'Pending'
  }
}

/** Defaults of apps that no table can tell. */
export const appsDefaults: Readonly<Record<string, HandRule>> = {
  'io.k8s.api.apps.v1.DaemonSet': {
    before: (value: DaemonSet) => fillSpec(value, 'updateStrategy'),
    after: daemonSet,
  },
  'io.k8s.api.apps.v1.Deployment': {
    before: (value: Deployment) => fillSpec(value, 'strategy'),
    after: deployment,
  },
  'io.k8s.api.apps.v1.ReplicaSet': { before: (value: ReplicaSet) => fillSpec(value) },
  'io.k8s.api.apps.v1.StatefulSet': { before: newStatefulSet, after: statefulSet },
}
