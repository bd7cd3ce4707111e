import type { Json } from '../object.ts'
import { isPlainObject } from '../plain.ts'
import { ItemError, itemElement, type ItemList } from './items.ts'
import { elementText } from './path-element.ts'
import { memberStructure, type Structure } from './structure.ts'

const shown = (value: Json) =>
  isPlainObject(value)
    ? `map[${Object.entries(value)
        .map(([name, one]) => `${name}:${JSON.stringify(one)}`)
        .join(' ')}]`
    : JSON.stringify(value)

/** What Go calls the type of a JSON value. */
function goType(value: Json): string {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}

const expectations: Readonly<Record<string, { is: string; words(value: Json): string }>> = {
  string: {
    is: 'string',
    words: (value) => `expected string, got &value.valueUnstructured{Value:${shown(value)}}`,
  },
  bytes: {
    is: 'string',
    words: (value) => `expected string, got &value.valueUnstructured{Value:${shown(value)}}`,
  },
  boolean: { is: 'boolean', words: (value) => `expected boolean, got ${shown(value)}` },
  int32: { is: 'number', words: (value) => `expected numeric (int or float), got ${goType(value)}` },
  int64: { is: 'number', words: (value) => `expected numeric (int or float), got ${goType(value)}` },
  double: { is: 'number', words: (value) => `expected numeric (int or float), got ${goType(value)}` },
}

/** What is wrong with an applied value by its type alone: where it is, and upstream's words. */
export function* faultsOf(structure: Structure, value: Json, path = ''): Iterable<string> {
  if (value === null) return
  const prefix = path === '' ? '' : `${path}: `
  if (structure.is === 'whole') yield* wholeFaults(structure, value, prefix)
  else if (structure.is === 'list') {
    if (Array.isArray(value)) yield* itemFaults(structure, value, path)
    else yield `${prefix}expected list, got ${shown(value)}`
  } else if (isPlainObject(value)) yield* memberFaults(structure, value, path)
  else yield `${prefix}expected map, got ${shown(value)}`
}

function* wholeFaults(
  { scalar = 'any', holds }: Extract<Structure, { is: 'whole' }>,
  value: Json,
  prefix: string,
): Iterable<string> {
  if (holds === 'list' && !Array.isArray(value)) yield `${prefix}expected list, got ${shown(value)}`
  if (holds === 'map' && !isPlainObject(value)) yield `${prefix}expected map, got ${shown(value)}`
  if (holds !== 'scalar') return
  const expected = expectations[scalar]
  if (expected && typeof value !== expected.is) yield prefix + expected.words(value)
  if (expected === undefined && typeof value === 'object')
    yield `${prefix}expected any scalar, got ${shown(value)}`
}

function* memberFaults(structure: Structure, value: Record<string, Json>, path: string): Iterable<string> {
  for (const [name, member] of Object.entries(value)) {
    const inner = memberStructure(structure, name)
    if (inner === undefined) yield `${path}.${name}: field not declared in schema`
    else yield* faultsOf(inner, member, `${path}.${name}`)
  }
}

function* itemFaults(list: ItemList, items: readonly Json[], path: string): Iterable<string> {
  const seen = new Set<string>()
  for (const [i, item] of items.entries()) {
    let element: string
    try {
      element = itemElement(list, item)
    } catch (error) {
      if (!(error instanceof ItemError)) throw error
      yield `${path}: element ${i}: ${error.message}`
      return
    }
    if (seen.has(element)) yield `${path}: duplicate entries for key ${elementText(element)}`
    seen.add(element)
    yield* faultsOf(list.of, item, path + elementText(element))
  }
}
