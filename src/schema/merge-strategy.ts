import type { Field, Shape, TypeDef } from './type.ts'

/** A strategic patch that cannot be understood or applied, in upstream's words. */
export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError'
}

/** How the value of a field is merged. */
export interface MergeStrategy {
  /** The type of the value or of its elements; undefined where no field is known. */
  readonly type: TypeDef | undefined
  readonly replaces: boolean
  /** Lists only: elements are merged, not replaced whole. */
  readonly merges: boolean
  readonly retainsKeys: boolean
  /** The field that tells elements apart; '' for lists of scalars. */
  readonly mergeKey: string
}

const unknown: MergeStrategy = {
  type: undefined,
  replaces: false,
  merges: false,
  retainsKeys: false,
  mergeKey: '',
}

/** The type of objects in a shape. */
function innerType(shape: Shape): TypeDef | undefined {
  switch (shape.is) {
    case 'list':
    case 'map':
      return shape.of.is === 'object' ? shape.of.type() : undefined
    case 'object':
      return shape.type()
    case 'scalar':
      return undefined
  }
}

/** How a field of a type is merged. Fields that the type does not know are merged as plain JSON. */
export function strategyOf(type: TypeDef | undefined, name: string): MergeStrategy {
  const field = type?.byName.get(name)
  if (field === undefined) return unknown
  let strategy = known.get(field)
  if (strategy === undefined) {
    strategy = strategyOfField(field)
    known.set(field, strategy)
  }
  return strategy
}

const known = new WeakMap<Field, MergeStrategy>()

function strategyOfField(field: Field): MergeStrategy {
  const words = field.patchStrategy?.split(',') ?? []
  return {
    type: field.shape.is === 'map' ? undefined : innerType(field.shape),
    replaces: words.includes('replace'),
    merges: words.includes('merge'),
    retainsKeys: words.includes('retainKeys'),
    mergeKey: field.patchMergeKey ?? '',
  }
}

/** The member that says what becomes of its object. */
export const directive = '$patch'
/** The member that lists the other members to keep. */
export const retainKeys = '$retainKeys'
/** Begins the name of a member that orders the list named after it. */
export const orderPrefix = '$setElementOrder/'
/** Begins the name of a member that takes scalars from the list named after it. */
export const deletePrefix = '$deleteFromPrimitiveList/'
