// Random values of every API type, for property tests.
import fc from 'fast-check'
import type { Json } from '#schema/object'
import type { Field, Shape, TypeDef } from '#schema/type'

type Members = { [key: string]: Json }

const text = fc.oneof(
  fc.constantFrom('', 'a', 'b-c', '10', '9', '<&>', 'ä€😀', '"\\\n'),
  fc.string({ maxLength: 6 }),
)
const time = fc
  .integer({ min: -2_000_000_000, max: 4_000_000_000 })
  .map((seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`)
const quantity = fc
  .tuple(fc.integer({ min: -2000, max: 5000 }), fc.constantFrom('', 'm', 'k', 'Ki', 'Mi', 'e2'))
  .map((parts) => parts.join(''))
const plain = fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(text, fc.integer()), {
  noNullPrototype: true,
})

const scalars = {
  string: text,
  boolean: fc.boolean(),
  int32: fc.integer(),
  int64: fc.maxSafeInteger(),
  double: fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 8),
  bytes: fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  any: fc.oneof(text, fc.integer(), fc.boolean()),
} as const satisfies Record<string, fc.Arbitrary<Json>>

const specials: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  quantity,
  time,
  microtime: time.map((at) => at.replace('Z', '.123456Z')),
  duration: fc.constantFrom('1s', '1m30s', '0s'),
  'int-or-string': fc.oneof(fc.integer(), fc.constantFrom('http', '25%')),
  raw: plain as fc.Arbitrary<Json>,
  fieldsV1: plain as fc.Arbitrary<Json>,
  json: fc.oneof(plain, text, fc.integer()) as fc.Arbitrary<Json>,
}

/** Random objects of a type, down to `depth` types inside each other; not valid ones, but well-typed. */
export function arbitraryObject(type: TypeDef, depth = 4): fc.Arbitrary<Members> {
  const fields = type.fields.filter((field) => depth > 0 || !reachesObject(field.shape))
  const entries = fields.map((field) => [field.name, arbitraryField(field, depth)] as const)
  // Few fields at a time: a large type with all its fields tells nothing more, and takes long.
  return fc
    .subarray(entries, { maxLength: Math.min(6, entries.length) })
    .chain((some) => fc.record(Object.fromEntries(some), { noNullPrototype: true })) as fc.Arbitrary<Members>
}

function reachesObject(shape: Shape): boolean {
  if (shape.is === 'object') return shape.type().special === undefined || shape.type().special === 'or'
  return shape.is !== 'scalar' && reachesObject(shape.of)
}

function arbitraryField({ shape, values }: Field, depth: number): fc.Arbitrary<Json> {
  const value = values && shape.is === 'scalar' ? fc.constantFrom(...values) : arbitraryValue(shape, depth)
  return fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) })
}

function arbitraryValue(shape: Shape, depth: number): fc.Arbitrary<Json> {
  switch (shape.is) {
    case 'scalar':
      return scalars[shape.scalar]
    case 'list':
      return fc.array(arbitraryValue(shape.of, depth), { maxLength: 2 })
    case 'map':
      return fc.dictionary(text, arbitraryValue(shape.of, depth), { maxKeys: 3, noNullPrototype: true })
    case 'object':
      return arbitraryOf(shape.type(), depth)
  }
}

function arbitraryOf(type: TypeDef, depth: number): fc.Arbitrary<Json> {
  if (type.special === undefined) return arbitraryObject(type, depth - 1)
  if (type.alternatives?.length) {
    const some = type.alternatives.filter((one) => depth > 1 || !reachesObject(one))
    if (some.length === 0) return fc.constant(null)
    return fc.oneof(...some.map((one) => arbitraryValue(one, depth - 1)))
  }
  return specials[type.special] ?? fc.constant(null)
}
