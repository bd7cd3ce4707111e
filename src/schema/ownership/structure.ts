import { compareBytes } from '#base/byte-order'
import { nameElement } from './path-element.ts'
import type { Field, Scalar, Shape, TypeDef } from '../type.ts'

/** What server-side apply sees in a value: one whole, or parts with owners of their own. */
export type Structure =
  | {
      readonly is: 'whole'
      readonly scalar?: Scalar
      readonly holds?: 'list' | 'map' | 'scalar' | 'anything'
    }
  | { readonly is: 'struct'; readonly type: TypeDef; readonly members: readonly MemberStructure[] }
  | { readonly is: 'map'; readonly of: Structure }
  | {
      readonly is: 'list'
      readonly of: Structure
      /** The fields that tell items apart; none in a set of scalars. */
      readonly keys: readonly string[]
      /** The items' own type, which says what a missing key stands for; also where an item is one whole. */
      readonly type?: TypeDef
    }

/** How a struct's member is owned. */
export interface MemberStructure {
  readonly name: string
  /** The path element of the name. */
  readonly element: string
  readonly structure: Structure
}

const known = new WeakMap<Field, Structure>()

/** How a field's value is owned, by the markers of its declaration. */
export function structureOf(field: Field): Structure {
  let structure = known.get(field)
  if (structure === undefined) {
    structure = ofShape(field.shape, field)
    known.set(field, structure)
  }
  return structure
}

/** How a value of a type is owned. */
export function structureOfType(type: TypeDef): Structure {
  if (type.special !== undefined) return { is: 'whole', holds: specialHolds[type.special] ?? 'scalar' }
  if (type.structType === 'atomic') return { is: 'whole', holds: 'map' }
  let struct = structs.get(type)
  if (struct === undefined) {
    struct = new Struct(type)
    structs.set(type, struct)
  }
  return struct
}

const structs = new WeakMap<TypeDef, Struct>()

/** A struct, whose members are found on first use, because types refer to each other. */
class Struct {
  readonly is = 'struct'
  readonly type: TypeDef
  #members: readonly MemberStructure[] | undefined

  constructor(type: TypeDef) {
    this.type = type
  }

  /** All members, in the order of their elements. */
  get members(): readonly MemberStructure[] {
    return (this.#members ??= this.type.fields
      .map((field) => ({
        name: field.name,
        element: nameElement(field.name),
        structure: structureOf(field),
      }))
      .sort((a, b) => compareBytes(a.name, b.name)))
  }
}

/** Special types that hold other things than a scalar. */
const specialHolds: Readonly<Record<string, 'map' | 'anything'>> = {
  raw: 'map',
  json: 'anything',
  fieldsV1: 'map',
  wrapper: 'anything',
  or: 'anything',
}

type Markers = Pick<Field, 'listType' | 'listMapKeys' | 'mapType' | 'structType'>

/** A list without a marker is one whole; a map or a struct without one has parts. */
function ofShape(shape: Shape, markers: Markers): Structure {
  switch (shape.is) {
    case 'scalar':
      return { is: 'whole', scalar: shape.scalar, holds: 'scalar' }
    case 'map':
      return markers.mapType === 'atomic'
        ? { is: 'whole', holds: 'map' }
        : { is: 'map', of: ofShape(shape.of, {}) }
    case 'object':
      return markers.structType === 'atomic' ? { is: 'whole', holds: 'map' } : structureOfType(shape.type())
    case 'list':
      return markers.listType === undefined || markers.listType === 'atomic'
        ? { is: 'whole', holds: 'list' }
        : {
            is: 'list',
            of: ofShape(shape.of, {}),
            keys: markers.listMapKeys ?? [],
            ...(shape.of.is === 'object' && { type: shape.of.type() }),
          }
  }
}

/** How a member of an object or a map is owned; undefined for one that the type does not have. */
export function memberStructure(structure: Structure, name: string): Structure | undefined {
  if (structure.is === 'map') return structure.of
  if (structure.is !== 'struct') return undefined
  const field = structure.type.byName.get(name)
  return field === undefined ? undefined : structureOf(field)
}

/** An object's own member; names such as `constructor` have no other. */
export const memberOf = <T>(members: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(members, name) ? members[name] : undefined
