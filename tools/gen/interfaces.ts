// Writes the TypeScript interface of a type.
import type { Facts, FieldFact, TypeFact } from './facts.ts'
import { alias, moduleOf, shortName } from './modules.ts'

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  int32: 'number',
  int64: 'number',
  double: 'number',
  bytes: 'string',
  any: 'unknown',
}

const specials: Readonly<Record<string, string>> = {
  quantity: 'string',
  time: 'string | null',
  microtime: 'string | null',
  duration: 'string',
  'int-or-string': 'number | string',
  raw: 'Record<string, unknown>',
  json: 'unknown',
  fieldsV1: 'Record<string, unknown>',
  wrapper: 'string[]',
  typeMeta: 'Record<string, never>',
  envelope: 'unknown',
}

/** The TypeScript type of a field's value, seen from `module`. */
function typeText(type: string, module: string): string {
  const list = /^list<(.*)>$/.exec(type)
  if (list) {
    const of = typeText(list[1] as string, module)
    return /[ |]/.test(of) ? `(${of})[]` : `${of}[]`
  }
  const map = /^map<(.*)>$/.exec(type)
  if (map) return `Record<string, ${typeText(map[1] as string, module)}>`
  const scalar = scalars[type]
  if (scalar !== undefined) return scalar
  const home = moduleOf(type)
  return home === module ? shortName(type) : `${alias(home)}.${shortName(type)}`
}

function orText(fact: TypeFact, module: string): string {
  const [first, second] = (fact.json as string).split(' or ') as [string, string]
  const object = typeText(first, module)
  return second === 'list of it' ? `${object} | ${object}[]` : `${object} | ${typeText(second, module)}`
}

function fieldText(field: FieldFact, module: string): string {
  const name = /^[A-Za-z_$][\w$]*$/.test(field.name) ? field.name : JSON.stringify(field.name)
  const isMeta = field.name === 'metadata' && field.type.endsWith('.ObjectMeta') && field.ptr === undefined
  const optional = field.required !== true && !isMeta
  // Only a time held by value has a zero form, null; behind a pointer it is there or not.
  const isTimePointer = field.ptr !== undefined && /\.(?:Micro)?Time$/.test(field.type)
  const text = isTimePointer ? 'string' : typeText(field.type, module)
  return `  ${name}${optional ? '?' : ''}: ${text}`
}

/** The interface, or the alias of a type with a JSON form of its own. */
export function interfaceText(name: string, facts: Facts): string {
  const module = moduleOf(name)
  const fact = facts.types[name] as TypeFact
  const short = shortName(name)
  if (fact.special === 'or') return `export type ${short} = ${orText(fact, module)}`
  if (fact.special !== undefined) return `export type ${short} = ${specials[fact.special]}`
  return `export interface ${short} {\n${flatten(name, facts)
    .map((field) => fieldText(field, module))
    .join('\n')}\n}`
}

/** The fields of a type with those of its inlined structs in place, as JSON has them. */
export function flatten(name: string, facts: Facts): (FieldFact & { inlineOf?: readonly number[] })[] {
  return (facts.types[name]?.fields ?? []).flatMap((field) =>
    field.inline === undefined
      ? [field]
      : flatten(field.inline, facts).map((one) =>
          field.proto === undefined
            ? // Kind and apiVersion have no number of their own: in protobuf the envelope tells them.
              { ...one, proto: 0 }
            : { ...one, inlineOf: [field.proto, ...(one.inlineOf ?? [])] },
        ),
  )
}
