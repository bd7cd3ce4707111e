import { type Schema, type Schemas, element, resolved, typeName } from './schema.ts'

const columnMax = 76

/** The type that is explained, before anything is said of its fields. */
export function head(group: string, kind: string, version: string): string {
  const rows = [
    ...(group === '' ? [] : [`GROUP:      ${group}`]),
    `KIND:       ${kind}`,
    `VERSION:    ${version}`,
  ]
  return `${rows.join('\n')}\n\n`
}

/** What a type or a field is, and what is in it; with `isRecursive` all that is below. */
export function body(
  schema: Schema,
  field: string | undefined,
  schemas: Schemas,
  isRecursive: boolean,
): string {
  const inside = element(schema, schemas)
  const title =
    field === undefined ? '' : `FIELD: ${field} <${typeName(schema)}>\n${enumBlock(schema, schemas)}\n`
  const text = descriptions(schema, schemas).join('\n')
  const fields = inside.properties
    ? `FIELDS:\n${isRecursive ? tree(inside, schemas, 1, []) : list(inside, schemas)}`
    : ''
  return `${title}DESCRIPTION:\n${text === '' ? '    <empty>\n' : `${wrapped(text, 4)}    \n`}${fields}\n`
}

/** What is said of a field, then of the type that it refers to or holds. */
function descriptions(schema: Schema, schemas: Schemas): string[] {
  const { description, allOf = [], items, additionalProperties } = schema
  const inner = [...allOf, items, additionalProperties].filter((one) => typeof one === 'object')
  const referred = schema.$ref === undefined ? [] : [resolved(schema, schemas)]
  return [
    ...(description === undefined ? [] : [description]),
    ...[...referred, ...inner].flatMap((one) => descriptions(one, schemas)),
  ]
}

function enumBlock(schema: Schema, schemas: Schemas): string {
  const values = enumOf(schema, schemas)
  return values.length === 0 ? '\n' : `ENUM:\n${values.map((value) => `    ${value}\n`).join('')}`
}

const enumOf = (schema: Schema, schemas: Schemas) =>
  [...(schema.enum ?? resolved(schema, schemas).enum ?? [])]
    .map((value) => (value === '' ? '""' : value))
    .sort()

function namesOf({ properties = {} }: Schema): string[] {
  return Object.keys(properties).sort((a, b) => (a < b ? -1 : 1))
}

function line(
  name: string,
  { properties = {}, required = [] }: Schema,
  schemas: Schemas,
  indent: string,
): string {
  const field = properties[name] as Schema
  const values = enumOf(field, schemas)
  const choices = values.length === 0 ? '' : `${indent}enum: ${shortened(values).join(', ')}\n`
  return `${indent}${name}\t<${typeName(field)}>${required.includes(name) ? ' -required-' : ''}\n${choices}`
}

/** Lists show the first few. */
const shortened = (values: readonly string[]) =>
  values.length > 4 ? [...values.slice(0, 4), '....'] : values

function list(schema: Schema, schemas: Schemas): string {
  return namesOf(schema)
    .map((name) => {
      const field = schema.properties?.[name] as Schema
      const text = field.description ?? ''
      return `${line(name, schema, schemas, '  ')}${text === '' ? '    <no description>\n' : wrapped(text, 4)}\n`
    })
    .join('')
}

/** All fields below; a type within itself is not opened again. */
function tree(schema: Schema, schemas: Schemas, level: number, above: readonly Schema[]): string {
  const indent = '  '.repeat(level)
  return namesOf(schema)
    .map((name) => {
      const inside = element(schema.properties?.[name] as Schema, schemas)
      const isOpen = inside.properties !== undefined && !above.includes(inside)
      return (
        line(name, schema, schemas, indent) +
        (isOpen ? tree(inside, schemas, level + 1, [...above, inside]) : '')
      )
    })
    .join('')
}

/** A text in lines of at most `columnMax` characters, indented; its own line ends stay. */
function wrapped(text: string, indent: number): string {
  const before = ' '.repeat(indent)
  return text
    .split('\n')
    .flatMap((paragraph) => {
      const lines = ['']
      for (const word of paragraph.split(' ')) {
        const last = lines.at(-1) as string
        if (last !== '' && last.length + 1 + word.length > columnMax - indent + 4) lines.push(word)
        else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
      }
      return lines
    })
    .map((one) => `${before}${one}\n`)
    .join('')
}
