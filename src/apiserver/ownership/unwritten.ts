import type { KindDef } from '#kinds/define'
import { anyElement, type FieldSet, fieldAt, type Fields, union } from '#schema/ownership/field-set'

/** What writing through an endpoint leaves to others. */
export interface Unwritten {
  /** The fields that nobody comes to own by it. */
  readonly ignored: Fields
  /** A pattern of the only fields that are owned by it; absent: all others. */
  readonly only?: Fields
}

const known = new WeakMap<KindDef, Map<string, Unwritten>>()

/** What an endpoint does not write, unless the kind says otherwise: the resource no status, the status nothing of the spec. */
const usual: Readonly<Record<string, readonly string[]>> = { '': ['status'], status: ['spec'] }

const elementOf = (name: string) => (name === anyElement ? anyElement : `f:${name}`)
const fieldOf = (path: string): FieldSet => fieldAt(path.split('.').map(elementOf))
const fieldsOf = (paths: readonly string[]) => paths.map(fieldOf).reduce<Fields>(union, undefined)

function compute(kind: KindDef, subresource: string): Unwritten {
  if (!kind.subresources.some(({ name }) => name === 'status')) return { ignored: undefined }
  const only = kind.onlyWritten?.[subresource]
  const ignored = fieldsOf(
    kind.notWritten?.[subresource] ?? usual[subresource === 'status' ? 'status' : ''] ?? [],
  )
  return only === undefined ? { ignored } : { ignored, only: fieldsOf(only) }
}

/** The fields that are not owned by writing through an endpoint of a kind. */
export function unwritten(kind: KindDef, subresource: string): Unwritten {
  let ofKind = known.get(kind)
  if (ofKind === undefined) {
    ofKind = new Map()
    known.set(kind, ofKind)
  }
  let found = ofKind.get(subresource)
  if (found === undefined) {
    found = compute(kind, subresource)
    ofKind.set(subresource, found)
  }
  return found
}
