import type { KindDef, SubresourceFacts } from '#kinds/define'
import { typeOf } from '#kinds/type-of'
import { typeNamed } from '#kinds/types'
import type { Descriptions, Dialect, JsonSchema } from '#schema/openapi'
import type { Field } from '#schema/type'
import { capital } from './operation-names.ts'

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** In which dialect a document is written, and where its words come from. */
export interface Writing {
  readonly dialect: Dialect
  readonly words: Descriptions
}

/** Options of a type that are given in the query, but for those that the verb does not take. */
const optionsOf = (type: string, without: readonly string[] = []) => ({ type: `${meta}.${type}`, without })
const listing = optionsOf('ListOptions')
const writing = optionsOf('PatchOptions', ['force'])
const deleting = optionsOf('DeleteOptions')
const gathering = optionsOf('ListOptions', ['allowWatchBookmarks', 'watch'])

/** The types that the query parameters of each verb come from. */
const byVerb: Readonly<Record<string, readonly ReturnType<typeof optionsOf>[]>> = {
  list: [listing],
  create: [writing],
  update: [writing],
  patch: [optionsOf('PatchOptions')],
  delete: [deleting],
  deletecollection: [gathering, deleting],
}

/** Query parameters of a verb as the document lists them, by name. */
export function queryParameters(verb: string, to: Writing): JsonSchema[] {
  const found = (byVerb[verb] ?? []).flatMap(({ type, without }) =>
    fieldParameters(type, to, new Set(without)),
  )
  return sorted(found)
}

/** Query parameters that a subresource has to itself; undefined for one that has none. */
export function ownParameters(
  { kind, group, version }: KindDef,
  subresource: SubresourceFacts,
  to: Writing,
): JsonSchema[] | undefined {
  const apiVersion = group === '' ? version : `${group}/${version}`
  // What one connects to is named by its options; a log is named by its object.
  const name = subresource.connect ? subresource.kind : `${kind}${capital(subresource.name)}Options`
  const type = typeOf(apiVersion, name)
  return type && sorted(fieldParameters(type.name, to))
}

const sorted = (parameters: readonly JsonSchema[]) =>
  parameters.toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1))

function fieldParameters(typeName: string, to: Writing, without?: ReadonlySet<string>): JsonSchema[] {
  const isTypeMeta = ({ name }: Field) => name === 'kind' || name === 'apiVersion'
  return typeNamed(typeName)
    .fields.filter((field) => !isTypeMeta(field) && !without?.has(field.name) && schemaOf(field))
    .map((field) =>
      parameter(
        field.name,
        'query',
        to.dialect,
        to.words.describeField(typeName, field.name),
        schemaOf(field),
      ),
    )
}

const schemas: Readonly<Record<string, JsonSchema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer' },
  int64: { type: 'integer' },
}

/** How a field is written in a query; undefined for one that cannot be. */
function schemaOf({ shape }: Field): JsonSchema | undefined {
  const one = shape.is === 'list' ? shape.of : shape
  return one.is === 'scalar' ? schemas[one.scalar] : undefined
}

function parameter(
  name: string,
  place: 'path' | 'query',
  dialect: Dialect,
  description: string | undefined,
  schema: JsonSchema = { type: 'string' },
): JsonSchema {
  const unique = { ...schema, uniqueItems: true }
  return {
    name,
    in: place,
    ...(description !== undefined && { description }),
    ...(place === 'path' && { required: true }),
    ...(dialect === 'v2' ? unique : { schema: unique }),
  }
}

const placeWords: Readonly<Record<string, string>> = {
  name: 'The name of the object.',
  namespace: 'The namespace of the object.',
  path: 'The rest of the path, passed on.',
}

/** The parameters in a path of these names. */
export const placeParameters = (path: string, dialect: Dialect): JsonSchema[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => parameter(name, 'path', dialect, placeWords[name]))

/** Parameters that every operation on a path has. */
export const pathParameters = (path: string, dialect: Dialect): JsonSchema[] => [
  ...placeParameters(path, dialect),
  parameter('pretty', 'query', dialect, 'Ask for an answer with line breaks and indents.'),
]
