// Writes the field table of a type: one row per field, read back by src/kinds/types.ts.
import type { Facts, FieldFact, TypeFact } from './facts.ts'
import { flatten } from './interfaces.ts'

/** One letter per yes-or-no property of a field. */
function flagsOf(field: FieldFact): string {
  const omit = field.omit === 'empty' ? 'e' : field.omit === 'empty+zero' ? 'z' : ''
  return `${omit}${field.ptr ? 'p' : ''}${field.required ? 'r' : ''}`
}

function moreOf(field: FieldFact & { inlineOf?: readonly number[] }): Record<string, unknown> {
  const more: Record<string, unknown> = {}
  if (field.inlineOf !== undefined) more.inlineOf = field.inlineOf
  if (field.default !== undefined) more.default = field.default
  if (field.enum !== undefined) more.values = field.enum
  for (const key of [
    'patchStrategy',
    'patchMergeKey',
    'listType',
    'listMapKeys',
    'mapType',
    'structType',
  ] as const) {
    if (field[key] !== undefined) more[key] = field[key]
  }
  return more
}

function rowText(field: FieldFact & { inlineOf?: readonly number[] }): string {
  const more = moreOf(field)
  const row: unknown[] = [field.name, field.type, field.proto ?? 0, flagsOf(field)]
  if (Object.keys(more).length > 0) row.push(more)
  return `    ${JSON.stringify(row)},`
}

/** The table entry of a type: its special form, or its rows. */
export function tableText(name: string, facts: Facts): string {
  const fact = facts.types[name] as TypeFact
  if (fact.special !== undefined) {
    return `  ${JSON.stringify(name)}: ${JSON.stringify({ special: fact.special, json: fact.json })},`
  }
  const rows = flatten(name, facts).map(rowText)
  const atomic = fact.structType === 'atomic' ? ' structType: "atomic",' : ''
  return `  ${JSON.stringify(name)}: {${atomic} fields: [\n${rows.join('\n')}\n  ] },`
}
