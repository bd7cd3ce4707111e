import { type FieldError, notSupported } from '#base/field-error'
import type { Field, Shape, TypeDef } from './type.ts'

type Check = (value: unknown, path: string, errors: FieldError[]) => void

const checks = new WeakMap<TypeDef, Check>()

/**
 * The faults that a kind's own rules found, and what the object breaks beside them of the rules that its type
 * alone tells. Where the kind speaks about a field itself, its word stands.
 */
export function withStructural(type: TypeDef, object: object, own: readonly FieldError[]): FieldError[] {
  const spoken = new Set(own.map(({ path }) => path))
  return [...own, ...structuralErrors(type, object).filter(({ path }) => !spoken.has(path))]
}

/**
 * What an object breaks of the rules that its type alone tells: values outside the closed set of a field. The
 * status is the writer's own affair and not looked at.
 */
export function structuralErrors(type: TypeDef, object: object): FieldError[] {
  const errors: FieldError[] = []
  for (const field of type.fields) {
    if (field.name === 'status') continue
    const value = (object as Record<string, unknown>)[field.name]
    if (value !== undefined && value !== null) fieldCheck(field)?.(value, field.name, errors)
  }
  return errors
}

/** One function per type, made on first use: types refer to each other. */
function typeCheck(type: TypeDef): Check {
  const known = checks.get(type)
  if (known) return known
  let fields: (readonly [string, Check])[] | undefined
  const check: Check = (value, path, errors) => {
    fields ??= type.fields.flatMap((field) => {
      const inner = hasSets(field.shape, field.values, new Set()) ? fieldCheck(field) : undefined
      return inner === undefined ? [] : [[field.name, inner] as const]
    })
    for (const [name, inner] of fields) {
      const one = (value as Record<string, unknown>)[name]
      if (one !== undefined && one !== null) inner(one, `${path}.${name}`, errors)
    }
  }
  checks.set(type, check)
  return check
}

/** Whether a field or anything in it has a closed set of values: most of an object needs no look. */
function hasSets(shape: Shape, values: readonly string[] | undefined, seen: Set<TypeDef>): boolean {
  if (shape.is === 'scalar') return values !== undefined
  if (shape.is !== 'object') return hasSets(shape.of, values, seen)
  const type = shape.type()
  if (type.special !== undefined || seen.has(type)) return false
  seen.add(type)
  return type.fields.some((field) => hasSets(field.shape, field.values, seen))
}

/** undefined for a field that has nothing to check in it. */
function fieldCheck({ shape, values }: Field): Check | undefined {
  return shapeCheck(shape, values)
}

function shapeCheck(shape: Shape, values: readonly string[] | undefined): Check | undefined {
  switch (shape.is) {
    case 'scalar':
      return values && ((value, path, errors) => checkValue(value, values, path, errors))
    case 'list': {
      const inner = shapeCheck(shape.of, values)
      return (
        inner &&
        ((list, path, errors) => (list as unknown[]).forEach((one, i) => inner(one, `${path}[${i}]`, errors)))
      )
    }
    case 'map': {
      const inner = shapeCheck(shape.of, values)
      return (
        inner &&
        ((map, path, errors) => {
          for (const key in map as object) {
            inner((map as Record<string, unknown>)[key], `${path}[${key}]`, errors)
          }
        })
      )
    }
    case 'object':
      return (value, path, errors) => typeCheck(shape.type())(value, path, errors)
  }
}

function checkValue(value: unknown, values: readonly string[], path: string, errors: FieldError[]): void {
  if (typeof value !== 'string' || value === '' || values.includes(value)) return
  errors.push(notSupported(path, value, values.filter((one) => one !== '').sort()))
}
