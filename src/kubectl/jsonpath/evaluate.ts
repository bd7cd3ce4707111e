import type { Json } from '#schema/object'
import { JsonPathError } from './error.ts'
import type { Operand, Step } from './parse.ts'

/** The values that a path leads to. @throws JsonPathError for an index out of bounds, and for missing fields unless these are allowed. */
export function evaluate(steps: readonly Step[], root: Json, allowMissing: boolean): Json[] {
  return steps.reduce<Json[]>(
    (values, step) => values.flatMap((value) => take(step, value, allowMissing)),
    [root],
  )
}

function take(step: Step, value: Json, allowMissing: boolean): Json[] {
  switch (step.is) {
    case 'field':
      return field(step.name, value, allowMissing)
    case 'wildcard':
      return children(value)
    case 'descend':
      return [value, ...children(value).flatMap((child) => take(step, child, allowMissing))]
    case 'slice':
      return slice(step, value)
    case 'union':
      return step.paths.flatMap((path) => evaluate(path, value, allowMissing))
    case 'filter':
      return children(value).filter((child) => fits(step, child))
  }
}

function field(name: string, value: Json, allowMissing: boolean): Json[] {
  const isMap = value !== null && typeof value === 'object' && !Array.isArray(value)
  const found = isMap && Object.hasOwn(value, name) ? value[name] : undefined
  if (found !== undefined && found !== null) return [found]
  if (allowMissing) return []
  throw new JsonPathError(`${name} is not found`, true)
}

/** Items of a list, members of a map in the order of their names. */
function children(value: Json): Json[] {
  if (Array.isArray(value)) return value
  if (value === null || typeof value !== 'object') return []
  return Object.keys(value)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => value[name] as Json)
}

function slice({ start = 0, end, step = 1, isIndex }: Extract<Step, { is: 'slice' }>, value: Json): Json[] {
  if (!Array.isArray(value)) {
    if (value === null) return []
    throw new JsonPathError(`${typeof value} is not array or slice`, true)
  }
  const { length } = value
  const from = start < 0 ? start + length : start
  const to = isIndex ? from + 1 : end === undefined ? length : end < 0 ? end + length : end
  if (from === to) return []
  for (const index of [from, to - 1]) {
    if (index < 0 || index >= length)
      throw new JsonPathError(`array index out of bounds: index ${index}, length ${length}`, true)
  }
  return value.slice(from, to).filter((_, i) => i % step === 0)
}

function fits({ left, operator, right }: Extract<Step, { is: 'filter' }>, value: Json): boolean {
  const [a] = operand(left, value)
  if (right === undefined) return a !== undefined
  const [b] = operand(right, value)
  return a !== undefined && b !== undefined && compare(a, operator, b)
}

function operand(side: Operand, value: Json): Json[] {
  return side.is === 'value' ? [side.value] : evaluate(side.steps, value, true)
}

function compare(a: Json, operator: string, b: Json): boolean {
  if (operator === '==') return a === b
  if (operator === '!=') return a !== b
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false
  const [x, y] = [a, b as string | number]
  if (operator === '<') return x < y
  if (operator === '>') return x > y
  return operator === '<=' ? x <= y : x >= y
}
