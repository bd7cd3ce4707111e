import type { Dialect, JsonSchema } from '#schema/openapi'

const flag = { type: 'boolean' }
const text = { type: 'string' }
const integer = { type: 'integer' }

const listing: Readonly<Record<string, JsonSchema>> = {
  allowWatchBookmarks: flag,
  continue: text,
  fieldSelector: text,
  labelSelector: text,
  limit: integer,
  resourceVersion: text,
  resourceVersionMatch: text,
  sendInitialEvents: flag,
  timeoutSeconds: integer,
  watch: flag,
}
const writing = { dryRun: text, fieldManager: text, fieldValidation: text }
const deleting = {
  dryRun: text,
  gracePeriodSeconds: integer,
  ignoreStoreReadErrorWithClusterBreakingPotential: flag,
  orphanDependents: flag,
  propagationPolicy: text,
}

/** The query parameters of each verb. */
const byVerb: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  list: listing,
  get: {},
  create: writing,
  update: writing,
  patch: { ...writing, force: flag },
  delete: deleting,
  deletecollection: { ...listing, ...deleting },
}

/** Query parameters of a verb as the document lists them. */
export const queryParameters = (verb: string, dialect: Dialect): JsonSchema[] =>
  Object.entries(byVerb[verb] ?? {}).map(([name, schema]) => parameter(name, 'query', schema, dialect))

/** One parameter of a path or a query. */
export const parameter = (
  name: string,
  place: 'path' | 'query',
  schema: JsonSchema,
  dialect: Dialect,
): JsonSchema => ({
  name,
  in: place,
  ...(place === 'path' && { required: true }),
  ...(dialect === 'v2' ? { ...schema, uniqueItems: true } : { schema }),
})

/** Parameters that every path of these names has. */
export const pathParameters = (path: string, dialect: Dialect): JsonSchema[] => [
  ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name as string, 'path', text, dialect)),
  parameter('pretty', 'query', text, dialect),
]
