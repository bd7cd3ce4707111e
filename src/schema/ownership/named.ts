import { type FieldSet, type Fields, isMember, nodeOf, self } from './field-set.ts'
import { memberStructure, type Structure } from './structure.ts'

function innerOf(structure: Structure | undefined, element: string): Structure | undefined {
  if (structure === undefined) return undefined
  if (element.startsWith('f:')) return memberStructure(structure, element.slice(2))
  return structure.is === 'list' && structure.keys.length > 0 ? structure.of : undefined
}

/** The set with every declared field that holds fields of the set, though it is not in the set itself. */
export function named(set: Fields, structure: Structure | undefined): Fields {
  if (set === undefined) return undefined
  const out: Record<string, FieldSet> = {}
  for (const element in set) {
    const node = set[element] as FieldSet
    if (element === self) {
      out[self] = node
      continue
    }
    const isNamed = structure?.is === 'struct' && element.startsWith('f:')
    const inner = innerOf(structure, element)
    const deeper = Object.keys(node).length === 0 ? node : named(node, inner)
    const needsMark = isNamed && inner !== undefined && !isMember(deeper)
    out[element] = needsMark ? (nodeOf(true, deeper) as FieldSet) : (deeper as FieldSet)
  }
  return out
}
