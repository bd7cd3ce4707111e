import { compareBytes } from '#base/byte-order'
import type { SecuredPods } from '#kinds/define'
import { faultsOf, reasonWords } from '#kinds/core/pod/security/evaluate'
import { type Standard, standardWords } from '#kinds/core/pod/security/policy'
import type { KubeObject } from '#schema/object'
import type { Core } from '../../call.ts'

/** So many pods are looked at when a namespace gets a stricter standard. */
const podsMax = 3000

/** Pods that are like no other first: those of one controller fall short in the same way. */
function mostTelling(pods: readonly KubeObject[]): KubeObject[] {
  const controllers = new Set<string>()
  const isFirst = ({ metadata }: KubeObject) => {
    const uid = metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid
    if (uid === undefined) return true
    const isNew = !controllers.has(uid)
    controllers.add(uid)
    return isNew
  }
  const { first = [], more = [] } = Object.groupBy(pods, (pod) => (isFirst(pod) ? 'first' : 'more'))
  return [...first, ...more]
}

/** Names of pods by what they fall short of. */
function shortfalls(pods: readonly KubeObject[], secured: SecuredPods<KubeObject>, standard: Standard) {
  const names = new Map<string, string[]>()
  for (const pod of pods) {
    const words = reasonWords(faultsOf(secured.of(pod) ?? {}, standard))
    if (words !== '') names.set(words, [...(names.get(words) ?? []), pod.metadata.name ?? ''])
  }
  return names
}

function lineOf(words: string, names: readonly string[]): string {
  const others = names.length - 1
  const more = others === 0 ? '' : ` (and ${others} other ${others === 1 ? 'pod' : 'pods'})`
  return `${names.toSorted(compareBytes)[0]}${more}: ${words}`
}

/** What is said to who asks a stricter standard of a namespace whose pods fall short of it. */
export function existingPodWarnings(
  { registry }: Core,
  namespace: string,
  standard: Standard,
  isExempt: (pod: KubeObject) => boolean,
): string[] {
  const resource = registry.all.find(({ kind }) => kind.securedPods?.isEnforced === true)
  const secured = resource?.kind.securedPods
  if (!resource || !secured) return []
  const entries = [...resource.cache.current.prefix(resource.prefixOf(namespace))]
  const pods = mostTelling(entries.map(([, { object }]) => object).filter((pod) => !isExempt(pod)))
  const found = shortfalls(pods.slice(0, podsMax), secured, standard)
  const words = JSON.stringify(standardWords(standard))
  return [
    ...(pods.length > podsMax
      ? [
          `new PodSecurity enforce level only checked against the first ${podsMax} of ${pods.length} existing pods`,
        ]
      : []),
    ...(found.size > 0
      ? [
          `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${words}`,
        ]
      : []),
    ...[...found].map(([short, names]) => lineOf(short, names)).sort(compareBytes),
  ]
}
