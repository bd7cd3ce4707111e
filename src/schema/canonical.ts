import { isListType, type Omission, omission, zeroObject } from './encode.ts'
import { parseJson } from './json.ts'
import type { Json } from './object.ts'
import type { Shape, TypeDef } from './type.ts'

type Build = (value: unknown) => Json
type Members = Readonly<Record<string, unknown>>

interface FieldBuild extends Omission {
  readonly name: string
  readonly build: Build
  /** What an unset field is shown as; undefined when it is left out. */
  readonly unset: Json | undefined
}

const builders = new WeakMap<TypeDef, Build>()

/**
 * The value that reading the object's JSON would give: fields in upstream's order, empty ones left out or shown as
 * upstream does. Parts that stay as they are are shared with the object, so it is only for reading.
 */
export const canonical = <T extends object>(type: TypeDef, object: T): T =>
  structBuilder(type)(object) as unknown as T

function structBuilder(type: TypeDef): Build {
  const known = builders.get(type)
  if (known) return known
  let fields: readonly FieldBuild[] | undefined
  const build: Build = (value) => {
    fields ??= fieldBuilds(type)
    const out: Record<string, Json> = {}
    for (const { name, isUnset, build, unset } of fields) {
      const member = (value as Members)[name]
      const built = isUnset(member) ? unset : build(member)
      if (built !== undefined) out[name] = built
    }
    return out
  }
  builders.set(type, build)
  return build
}

const fieldBuilds = (type: TypeDef): FieldBuild[] =>
  type.fields.map((field) => {
    const { isUnset, zero } = omission(field, isListType(type))
    const unset = zero === undefined ? undefined : parseJson(zero)
    return { name: field.name, build: valueBuilder(field.shape), isUnset, zero, unset }
  })

const asItIs: Build = (value) => value as Json

function valueBuilder(shape: Shape): Build {
  if (shape.is === 'object') return objectBuilder(shape.type)
  if (shape.is === 'scalar') return asItIs
  const build = valueBuilder(shape.of)
  if (build === asItIs) return asItIs
  if (shape.is === 'list') return (value) => (value as readonly unknown[]).map((item) => build(item))
  return (value) =>
    Object.fromEntries(Object.entries(value as Members).map(([name, one]) => [name, build(one)]))
}

function objectBuilder(typeOf: () => TypeDef): Build {
  let build: Build | undefined
  return (value) => {
    if (value === undefined || value === null) return parseJson(zeroObject(typeOf()))
    build ??= typeOf().special === undefined ? structBuilder(typeOf()) : asItIs
    return build(value)
  }
}
