import type { Field, Shape } from '#schema/type'
import { typeNamed } from './types.ts'

/** Beginnings of names that Go writes in capitals. */
const capitals = /^(api|cel|cidr|ip|uid|url)(?![a-z])/

const goName = (name: string) =>
  name.replace(capitals, (start) => start.toUpperCase()).replace(/^[a-z]/, (start) => start.toUpperCase())

function formOf(shape: Shape, value: unknown): unknown {
  if (shape.is === 'list') return (value as unknown[]).map((one) => formOf(shape.of, one))
  if (shape.is !== 'object') return value
  const { name, special } = shape.type()
  const isShared = special !== undefined || name.includes('.apimachinery.')
  return isShared ? value : internalForm(name, value as object)
}

function unsetForm({ shape, pointer }: Field): unknown {
  if (pointer || shape.is === 'list' || shape.is === 'map') return null
  if (shape.is === 'object') return formOf(shape, {})
  if (shape.scalar === 'string') return ''
  return shape.scalar === 'boolean' ? false : 0
}

/**
 * A value as upstream shows it where it has only its internal form: every field in its Go name, unset ones too.
 * Types of meta/v1 have no other form, and keep their names.
 */
export function internalForm(typeName: string, value: object): Record<string, unknown> {
  const members = value as Record<string, unknown>
  return Object.fromEntries(
    typeNamed(typeName).fields.map((field) => {
      const one = members[field.name]
      return [goName(field.name), one === undefined ? unsetForm(field) : formOf(field.shape, one)]
    }),
  )
}
