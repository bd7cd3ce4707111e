/** How a value of a type with a JSON form of its own looks. */
export type Special =
  | 'quantity'
  | 'time'
  | 'microtime'
  | 'duration'
  | 'int-or-string'
  | 'raw'
  | 'json'
  | 'fieldsV1'
  | 'wrapper'
  | 'or'
  | 'typeMeta'
  | 'envelope'

/** The simple values that a field may hold. */
export type Scalar = 'string' | 'boolean' | 'int32' | 'int64' | 'double' | 'bytes' | 'any'

/** What a field holds. Object shapes give their type on demand, because types refer to each other. */
export type Shape =
  | { readonly is: 'scalar'; readonly scalar: Scalar }
  | { readonly is: 'list'; readonly of: Shape }
  | { readonly is: 'map'; readonly of: Shape }
  | { readonly is: 'object'; readonly type: () => TypeDef }

/** One field of a type: everything that the interpreters of this folder ask. Plain data. */
export interface Field {
  readonly name: string
  readonly shape: Shape
  /** Protobuf number, and the field numbers of the inlined structs it is nested in, the outermost first. */
  readonly proto: number
  readonly inlineOf?: readonly number[]
  /** Unset differs from zero. */
  readonly pointer: boolean
  /** `empty`: left out of JSON when empty, unless it is a struct by value; `never`: always written. */
  readonly omit: 'never' | 'empty' | 'emptyOrZero'
  readonly required: boolean
  readonly default?: unknown
  /** The closed set of values (of the elements, for lists and maps). */
  readonly values?: readonly string[]
  readonly patchStrategy?: string
  readonly patchMergeKey?: string
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly listMapKeys?: readonly string[]
  readonly mapType?: 'atomic' | 'granular'
  readonly structType?: 'atomic' | 'granular'
}

/** A type: its fields in upstream's order, inlined structs already flattened (TypeMeta gives kind and apiVersion). */
export interface TypeDef {
  /** OpenAPI name: `io.k8s.api.core.v1.Pod`. */
  readonly name: string
  readonly special?: Special
  /** The shapes that a value of a special type may have, when they are other shapes (`or`, `wrapper`). */
  readonly alternatives?: readonly Shape[]
  readonly structType?: 'atomic'
  readonly fields: readonly Field[]
  readonly byName: ReadonlyMap<string, Field>
}
