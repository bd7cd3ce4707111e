import { stringifyJson } from '#schema/json'
import type { Json, KubeObject } from '#schema/object'
import { withSortedKeys } from '../printers/sorted-keys.ts'

/** Where applying notes what was applied, to see next time what has been taken out. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** The object with the note of itself in its annotations. */
export function withLastApplied(object: KubeObject): KubeObject {
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations ?? {}
  const bare = { ...object, metadata: { ...object.metadata, annotations } }
  const text = `${stringifyJson(withSortedKeys(bare as unknown as Json))}\n`
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...annotations, [lastApplied]: text } } }
}
