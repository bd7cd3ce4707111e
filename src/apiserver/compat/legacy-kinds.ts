import { findResource } from '#kinds'
import type { Conversion, KindDef } from '#kinds/define'
import type { KubeObject } from '#schema/object'

/** A resource as Kubernetes 1.3 called it, and the one that it has become. */
type Legacy = readonly [
  legacy: string,
  became: string,
  names?: Partial<Pick<KindDef, 'plural' | 'singular' | 'kind' | 'shortNames'>>,
]

const table: readonly Legacy[] = [
  [
    'apps/v1alpha1',
    'apps/v1/statefulsets',
    { plural: 'petsets', singular: 'petset', kind: 'PetSet', shortNames: [] },
  ],
  ['batch/v2alpha1', 'batch/v1/jobs'],
  [
    'batch/v2alpha1',
    'batch/v1/cronjobs',
    { plural: 'scheduledjobs', singular: 'scheduledjob', kind: 'ScheduledJob', shortNames: [] },
  ],
  ['extensions/v1beta1', 'apps/v1/daemonsets'],
  ['extensions/v1beta1', 'apps/v1/deployments'],
  ['extensions/v1beta1', 'apps/v1/replicasets'],
  ['extensions/v1beta1', 'autoscaling/v1/horizontalpodautoscalers'],
  ['extensions/v1beta1', 'batch/v1/jobs'],
  ['extensions/v1beta1', 'networking.k8s.io/v1/networkpolicies'],
  ['policy/v1alpha1', 'policy/v1/poddisruptionbudgets'],
  ['rbac.authorization.k8s.io/v1alpha1', 'rbac.authorization.k8s.io/v1/clusterrolebindings'],
  ['rbac.authorization.k8s.io/v1alpha1', 'rbac.authorization.k8s.io/v1/clusterroles'],
  ['rbac.authorization.k8s.io/v1alpha1', 'rbac.authorization.k8s.io/v1/rolebindings'],
  ['rbac.authorization.k8s.io/v1alpha1', 'rbac.authorization.k8s.io/v1/roles'],
]

interface Templated extends KubeObject {
  spec?: { selector?: object; template?: { metadata?: { labels?: Record<string, string> } } }
}

/** A selector that was left out is made of the template's labels: it had to be given only later. */
function selectByTemplate({ spec }: Templated): void {
  const labels = spec?.template?.metadata?.labels
  if (spec && labels && spec.selector === undefined) spec.selector = { matchLabels: { ...labels } }
}

/** Objects are stored as what they have become, and shown by their old name. */
function conversionOf(modern: KindDef, kind: string, apiVersion: string): Conversion {
  return {
    storedType: () => modern.convert?.storedType() ?? modern.type,
    toStored(object) {
      const renamed = { ...object, kind: modern.kind, apiVersion: modern.apiVersion }
      return modern.convert?.toStored(renamed) ?? renamed
    },
    fromStored(stored) {
      const object = modern.convert?.fromStored(stored) ?? stored
      return { ...object, kind, apiVersion }
    },
  }
}

function legacyKind([apiVersion, became, names = {}]: Legacy): KindDef[] {
  const [group = '', version = ''] = apiVersion.split('/')
  const [modernGroup = '', modernVersion = '', plural = ''] = became.split('/')
  const modern = findResource(modernGroup, modernVersion, plural)
  if (modern === undefined) return []
  const kind = {
    ...modern,
    ...names,
    group,
    version,
    apiVersion,
    storageDirectory: modern.storageDirectory ?? modern.plural,
    storageVersionHash: '',
    subresources: modern.subresources.filter(({ name }) => name === 'status'),
    convert: conversionOf(modern, names.kind ?? modern.kind, apiVersion),
    fillIn(object: KubeObject) {
      selectByTemplate(object)
      modern.fillIn(object)
    },
  }
  return [kind]
}

/** Objects that every cluster has, but that none had then: those of groups that came later. */
function withoutLaterObjects(kind: KindDef): KindDef {
  return kind.group === '' || kind.initialObjects === undefined ? kind : { ...kind, initialObjects: [] }
}

/** Today's kinds as a server of 1.3 has them: with the resources that have since moved to other groups, as views of them. */
export function withLegacyKinds(kinds: readonly KindDef[]): KindDef[] {
  return [...kinds.map(withoutLaterObjects), ...table.flatMap(legacyKind)]
}
