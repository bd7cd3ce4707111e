import type { KindDef } from '#kinds/define'
import { type FieldSet, fieldAt, type Fields, union } from '#schema/ownership/field-set'

const known = new WeakMap<KindDef, Map<string, Fields>>()

/** What an endpoint does not write, unless the kind says otherwise: the resource no status, the status nothing of the spec. */
const usual: Readonly<Record<string, readonly string[]>> = { '': ['status'], status: ['spec'] }

const fieldOf = (path: string): FieldSet => fieldAt(path.split('.').map((name) => `f:${name}`))

function compute(kind: KindDef, subresource: string): Fields {
  if (!kind.subresources.some(({ name }) => name === 'status')) return undefined
  const paths = kind.notWritten?.[subresource] ?? usual[subresource === 'status' ? 'status' : ''] ?? []
  return paths.map(fieldOf).reduce<Fields>(union, undefined)
}

/** The fields that nobody comes to own by writing through an endpoint of a kind. */
export function ignoredFields(kind: KindDef, subresource: string): Fields {
  let ofKind = known.get(kind)
  if (ofKind === undefined) {
    ofKind = new Map()
    known.set(kind, ofKind)
  }
  if (!ofKind.has(subresource)) ofKind.set(subresource, compute(kind, subresource))
  return ofKind.get(subresource)
}
