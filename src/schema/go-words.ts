import { stringifyJson } from './json.ts'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'
import type { Shape } from './type.ts'

const goScalars = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  bytes: '[]uint8',
  any: 'interface {}',
} as const

/** `Pod` of `io.k8s.api.core.v1.Pod`. */
export const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** `v1.Pod` of `io.k8s.api.core.v1.Pod`. */
export const goName = (name: string): string => name.split('.').slice(-2).join('.')

/** A shape as Go names its type: `[]v1.Container`. */
export function goType(shape: Shape): string {
  switch (shape.is) {
    case 'scalar':
      return goScalars[shape.scalar]
    case 'list':
      return `[]${goType(shape.of)}`
    case 'map': {
      const of = goType(shape.of)
      return of === 'resource.Quantity' ? 'v1.ResourceList' : `map[string]${of}`
    }
    case 'object':
      return goName(shape.type().name)
  }
}

/** A JSON value as Go's decoder names it. */
export function jsonWord(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'object' ? 'object' : 'number'
}

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`. */
export function goText(value: Json | readonly Json[] | undefined): string {
  if (value === undefined || value === null) return '<nil>'
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goText).join(' ')}]`
  if (!isPlainObject(value)) return stringifyJson(value)
  const members = Object.keys(value).sort()
  return `map[${members.map((name) => `${name}:${goText(value[name])}`).join(' ')}]`
}
