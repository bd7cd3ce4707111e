import { type Dialect, type JsonSchema, schemaRef } from '#schema/openapi'

const plain = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']

/** The content types of answers; of those that may be watched too, also those of streams. */
export const answerTypes = (isWatchable: boolean): readonly string[] =>
  isWatchable
    ? [...plain, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']
    : plain

/** The content types of patches. */
export const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

/** A body of one of some content types, for OpenAPI 3.0. */
export const content = (types: readonly string[], name: string): JsonSchema =>
  Object.fromEntries(types.map((type) => [type, { schema: schemaRef('v3', name) }]))

const unauthorized = { description: 'Unauthorized' }

/** The answers of an operation: an object of a type under each status code, or a refusal. */
export function answers(
  name: string,
  dialect: Dialect,
  types = answerTypes(false),
  codes = ['200'],
): JsonSchema {
  const words: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted' }
  const body = dialect === 'v2' ? { schema: schemaRef('v2', name) } : { content: content(types, name) }
  const entries = codes.map((code) => [code, { description: words[code], ...body }] as const)
  return { ...Object.fromEntries(entries), '401': unauthorized }
}

/** The answers of an operation that gives a text. */
export function textAnswers(dialect: Dialect, types: readonly string[] = ['*/*']): JsonSchema {
  const schema = { type: 'string' }
  const each = Object.fromEntries(types.map((type) => [type, { schema }]))
  const body = dialect === 'v2' ? { schema } : { content: each }
  return { '200': { description: 'OK', ...body }, '401': unauthorized }
}
