import { forbidden } from '#base/errors'
import { nameSuffix } from '#base/random'
import type { AdmissionRule, Others } from '#kinds/define'
import type { KubeObject } from '#schema/object'
import type { Call, Core } from '../call.ts'
import type { AdmissionPlugin } from './plugin.ts'

function othersOf({ registry, parts }: Core): Others {
  return {
    find: (group, plural, name, namespace = '') =>
      registry.inGroup(group, plural)?.peek(namespace, name)?.object,
    all(group, plural, namespace = '') {
      const resource = registry.inGroup(group, plural)
      const entries = resource?.cache.current.prefix(resource.prefixOf(namespace)) ?? []
      return [...entries].map(([, { object }]) => object)
    },
    nameSuffix: () => nameSuffix(parts.random),
  }
}

/** The rules of a kind that a plugin turns on, for objects themselves or for one of their views. */
const rulesOf = ({ kind, info }: Call, plugin: string): readonly AdmissionRule<KubeObject>[] =>
  (kind.admissionRules ?? []).filter(
    (rule) => rule.plugin === plugin && (rule.subresource ?? '') === info.subresource,
  )

function refuse({ resource }: Call, object: KubeObject, why: string | undefined): void {
  if (why !== undefined) throw forbidden(resource.ref, object.metadata.name ?? '', why)
}

/** The plugin of a name that asks the kinds what other objects make of theirs. */
export const othersPlugin = (name: string): AdmissionPlugin => ({
  name,
  mutate({ call, operation, object, old }) {
    if (!object || (operation === 'CREATE') !== (call.info.subresource === '')) return
    for (const rule of rulesOf(call, name))
      refuse(call, object, rule.complete?.(object, othersOf(call.core), old))
  },
  validate({ call, object, old }) {
    if (!object) return
    for (const rule of rulesOf(call, name)) {
      refuse(call, object, rule.refusal?.(object, old, othersOf(call.core)))
    }
  },
})
