import { forbidden } from '#base/errors'
import type { AdmissionRule, Others } from '#kinds/define'
import type { KubeObject } from '#schema/object'
import type { Call, Core } from '../call.ts'
import type { AdmissionPlugin } from './plugin.ts'

function othersOf({ registry }: Core): Others {
  return {
    find: (group, plural, name) => registry.inGroup(group, plural)?.peek('', name)?.object,
    all(group, plural, namespace = '') {
      const resource = registry.inGroup(group, plural)
      const entries = resource?.cache.current.prefix(resource.prefixOf(namespace)) ?? []
      return [...entries].map(([, { object }]) => object)
    },
  }
}

/** The rules of a kind that a plugin turns on; views of objects have none. */
const rulesOf = ({ kind, info }: Call, plugin: string): readonly AdmissionRule<KubeObject>[] =>
  info.subresource === '' ? (kind.admissionRules ?? []).filter((rule) => rule.plugin === plugin) : []

function refuse({ resource }: Call, object: KubeObject, why: string | undefined): void {
  if (why !== undefined) throw forbidden(resource.ref, object.metadata.name ?? '', why)
}

/** The plugin of a name that asks the kinds what other objects make of theirs. */
export const othersPlugin = (name: string): AdmissionPlugin => ({
  name,
  mutate({ call, operation, object }) {
    if (operation !== 'CREATE' || !object) return
    for (const rule of rulesOf(call, name)) refuse(call, object, rule.complete?.(object, othersOf(call.core)))
  },
  validate({ call, object, old }) {
    if (!object) return
    for (const rule of rulesOf(call, name)) {
      refuse(call, object, rule.refusal?.(object, old, othersOf(call.core)))
    }
  },
})
