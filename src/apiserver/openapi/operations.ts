import type { KindDef, SubresourceFacts } from '#kinds/define'
import { type Dialect, type JsonSchema, schemaRef } from '#schema/openapi'
import { pathParameters, queryParameters } from './parameters.ts'

const methods: Readonly<Record<string, string>> = {
  list: 'get',
  get: 'get',
  create: 'post',
  update: 'put',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'delete',
}
const actions: Readonly<Record<string, string>> = { create: 'post', update: 'put' }
const operationWords: Readonly<Record<string, string>> = {
  get: 'read',
  update: 'replace',
  deletecollection: 'deleteCollection',
}
const answerTypes = ['application/json', 'application/yaml']
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** A path with its operations. */
export type PathItem = readonly [path: string, item: JsonSchema]

/** Where a kind's objects are: `/api/v1/namespaces/{namespace}/pods`. */
export function collectionPath(kind: KindDef, isNamespaced = kind.namespaced): string {
  const root = kind.group === '' ? '/api' : `/apis/${kind.group}`
  return `${root}/${kind.version}${isNamespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`
}

/** What an operation is about. */
interface About {
  readonly kind: KindDef
  readonly dialect: Dialect
  readonly path: string
  /** The type that goes in and out. */
  readonly typeName: string
  readonly subresource: SubresourceFacts | undefined
}

/** All paths of a kind: its collection, its objects and their subresources. */
export function pathsOf(kind: KindDef, dialect: Dialect): PathItem[] {
  const typeName = kind.typeName as string
  const collection = collectionPath(kind)
  const about = { kind, dialect, typeName, subresource: undefined }
  const item = `${collection}/{name}`
  return [
    ...(kind.namespaced ? [pathItem({ ...about, path: collectionPath(kind, false) }, ['list'])] : []),
    pathItem({ ...about, path: collection }, ['list', 'create', 'deletecollection']),
    pathItem({ ...about, path: item }, ['get', 'update', 'patch', 'delete']),
    ...kind.subresources.map((subresource) =>
      pathItem(
        {
          ...about,
          path: `${item}/${subresource.name}`,
          typeName: subresourceType(kind, subresource),
          subresource,
        },
        subresource.connect === undefined ? ['get', 'create', 'update', 'patch'] : [],
      ),
    ),
  ]
}

/** The type of a subresource's objects, as far as it is one of the kind's own group or of those next to it. */
function subresourceType(kind: KindDef, { kind: name, group, version }: SubresourceFacts): string {
  const own = kind.typeName as string
  if (name === kind.kind) return own
  if (group === undefined) return own.replace(/\.\w+$/, `.${name}`)
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] as string)}.${version ?? 'v1'}.${name}`
}

function pathItem(about: About, verbs: readonly string[]): PathItem {
  const { kind, dialect, path, subresource } = about
  const served = verbs.filter((verb) => (subresource ?? kind).verbs.includes(verb))
  const operations = served.map((verb) => [methods[verb] as string, operation(about, verb)] as const)
  return [path, { ...Object.fromEntries(operations), parameters: pathParameters(path, dialect) }]
}

function operation(about: About, verb: string): JsonSchema {
  const { kind, dialect, path, subresource } = about
  const groupKind = {
    group: subresource?.group ?? kind.group,
    kind: subresource?.kind ?? kind.kind,
    version: subresource?.version ?? kind.version,
  }
  return {
    tags: [`${groupWord(kind)}_${kind.version}`],
    description: `${verb} ${subresource ? `${subresource.name} of ` : ''}${kind.kind}`,
    operationId: operationId(about, verb, path),
    ...(dialect === 'v2' && {
      consumes: verb === 'patch' ? patchTypes : ['*/*'],
      produces: answerTypes,
      schemes: ['https'],
    }),
    parameters: [...queryParameters(verb, dialect), ...bodyParameter(about, verb)],
    ...requestBody(about, verb),
    responses: responses(about, verb),
    'x-kubernetes-action': actions[verb] ?? verb,
    'x-kubernetes-group-version-kind': groupKind,
  }
}

const groupWord = ({ group }: KindDef) => (group === '' ? 'core' : (group.split('.')[0] as string))
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function operationId({ kind, subresource }: About, verb: string, path: string): string {
  const scope = path.includes('{namespace}') ? 'Namespaced' : ''
  const all = verb === 'list' && kind.namespaced && scope === '' ? 'ForAllNamespaces' : ''
  const word = operationWords[verb] ?? verb
  const group = `${capital(groupWord(kind))}${capital(kind.version)}`
  return `${word}${group}${scope}${kind.kind}${subresource ? capital(subresource.name) : ''}${all}`
}

/** The type of the body that a verb takes. */
function bodyType({ typeName }: About, verb: string): string | undefined {
  if (verb === 'create' || verb === 'update') return typeName
  if (verb === 'patch') return `${meta}.Patch`
  return verb === 'delete' || verb === 'deletecollection' ? `${meta}.DeleteOptions` : undefined
}

function bodyParameter(about: About, verb: string): JsonSchema[] {
  const name = bodyType(about, verb)
  if (name === undefined || about.dialect === 'v3') return []
  const isRequired = !verb.startsWith('delete')
  return [{ name: 'body', in: 'body', ...(isRequired && { required: true }), schema: schemaRef('v2', name) }]
}

function requestBody(about: About, verb: string): JsonSchema {
  const name = bodyType(about, verb)
  if (name === undefined || about.dialect === 'v2') return {}
  return { requestBody: { content: content(verb === 'patch' ? patchTypes : ['*/*'], name) } }
}

const content = (types: readonly string[], name: string) =>
  Object.fromEntries(types.map((type) => [type, { schema: schemaRef('v3', name) }]))

function responses({ kind, typeName, dialect }: About, verb: string): JsonSchema {
  const isStatus = (verb === 'delete' && kind.deleteReturns === 'Status') || verb === 'deletecollection'
  const name = isStatus ? `${meta}.Status` : verb === 'list' ? `${typeName}List` : typeName
  const ok = {
    description: 'OK',
    ...(dialect === 'v2' ? { schema: schemaRef('v2', name) } : { content: content(answerTypes, name) }),
  }
  const codes =
    verb === 'create'
      ? ['200', '201', '202']
      : verb === 'update' || verb === 'patch'
        ? ['200', '201']
        : ['200']
  return { ...Object.fromEntries(codes.map((code) => [code, ok])), '401': { description: 'Unauthorized' } }
}
