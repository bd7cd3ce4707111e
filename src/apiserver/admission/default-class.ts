import { compareBytes } from '#base/byte-order'
import type { KubeObject } from '#schema/object'
import type { Resource } from '../registry/resource.ts'
import type { AdmissionPlugin } from './plugin.ts'

const createdAt = ({ metadata }: KubeObject) => metadata.creationTimestamp ?? ''

/** The newest of the classes that are marked as default; of equally old ones the first by name. */
function defaultOf(classes: Resource, annotations: readonly string[]): string | undefined {
  const marked = [...classes.cache.current.entries()]
    .map(([, { object }]) => object)
    .filter(({ metadata }) => annotations.some((name) => metadata.annotations?.[name] === 'true'))
  // Entries come by name, and sorting keeps the order of equals.
  return marked.sort((a, b) => compareBytes(createdAt(b), createdAt(a)))[0]?.metadata.name
}

/** The plugin of a name that gives new objects of the kinds which say so the default class of theirs. */
export const defaultClassPlugin = (name: string): AdmissionPlugin => ({
  name,
  mutate({ call, operation, object }) {
    const wanted = call.kind.defaultClass
    if (wanted?.plugin !== name || operation !== 'CREATE' || !object || !wanted.isOpen(object)) return
    const classes = call.core.registry.inGroup(wanted.group, wanted.plural)
    const found = classes && defaultOf(classes, wanted.annotations)
    if (found !== undefined) wanted.choose(object, found)
  },
})
