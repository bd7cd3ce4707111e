import type { KindDef, SubresourceFacts } from '#kinds/define'
import { type JsonSchema, schemaRef } from '#schema/openapi'
import { connectPaths } from './connect-paths.ts'
import { answers, answerTypes, content, patchTypes, textAnswers } from './content.ts'
import { groupTag, operationId } from './operation-names.ts'
import { ownParameters, pathParameters, queryParameters, type Writing } from './parameters.ts'
import { collectionPath, type PathItem } from './paths.ts'
import { watchPaths } from './watch-paths.ts'

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
const answerCodes: Readonly<Record<string, string[]>> = {
  create: ['200', '201', '202'],
  update: ['200', '201'],
  patch: ['200', '201'],
  delete: ['200', '202'],
}
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** What an operation is about. */
interface About extends Writing {
  readonly kind: KindDef
  readonly path: string
  /** The type that goes in and out. */
  readonly typeName: string
  readonly subresource: SubresourceFacts | undefined
}

/** All paths of a kind: its collection, its objects, their subresources and the old ones for watches. */
export function pathsOf(kind: KindDef, to: Writing): PathItem[] {
  const typeName = kind.typeName as string
  const collection = collectionPath(kind)
  const about = { ...to, kind, typeName, subresource: undefined }
  const items = [
    ...(kind.namespaced ? [pathItem({ ...about, path: collectionPath(kind, false) }, ['list'])] : []),
    pathItem({ ...about, path: collection }, ['list', 'create', 'deletecollection']),
    pathItem({ ...about, path: `${collection}/{name}` }, ['get', 'update', 'patch', 'delete']),
    ...kind.subresources.flatMap((subresource) =>
      subresource.connect === undefined
        ? [subresourcePath(about, subresource)]
        : connectPaths(kind, subresource, to),
    ),
  ]
  return [...items.filter((item) => item !== undefined), ...watchPaths(kind, to)]
}

function subresourcePath(about: Omit<About, 'path'>, subresource: SubresourceFacts): PathItem | undefined {
  const path = `${collectionPath(about.kind)}/{name}/${subresource.name}`
  const typeName = subresourceType(about.kind, subresource)
  return pathItem({ ...about, path, typeName, subresource }, ['get', 'create', 'update', 'patch'])
}

/** The type of a subresource's objects, as far as it is one of the kind's own group or of those next to it. */
function subresourceType(kind: KindDef, { kind: name, group, version }: SubresourceFacts): string {
  const own = kind.typeName as string
  if (name === kind.kind) return own
  if (group === undefined) return own.replace(/\.\w+$/, `.${name}`)
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] as string)}.${version ?? 'v1'}.${name}`
}

/** A path with those of the verbs that are served there, if there are any. */
function pathItem(about: About, verbs: readonly string[]): PathItem | undefined {
  const { kind, dialect, path, subresource } = about
  const served = verbs.filter((verb) => (subresource ?? kind).verbs.includes(verb))
  if (served.length === 0) return undefined
  const operations = served.map((verb) => [methods[verb] as string, operation(about, verb)] as const)
  return [path, { ...Object.fromEntries(operations), parameters: pathParameters(path, dialect) }]
}

function operation(about: About, verb: string): JsonSchema {
  const { kind, dialect, path, subresource } = about
  const { group, version, kind: name } = kind
  const isAll = verb === 'list' && kind.namespaced && !path.includes('{namespace}')
  const own = subresource && ownParameters(kind, subresource, about)
  // What has options of its own gives a text: a log.
  const produces = [
    ...(own ? ['text/plain'] : []),
    ...answerTypes(verb === 'list' && kind.verbs.includes('watch')),
  ]
  return {
    tags: [groupTag(group, version)],
    description: `${verb} ${subresource ? `${subresource.name} of ` : ''}${name}`,
    operationId: operationId({
      verb,
      group,
      version,
      kind: name,
      path,
      subresource: subresource?.name,
      ...(isAll && { ending: 'ForAllNamespaces' }),
    }),
    ...(dialect === 'v2' && {
      consumes: verb === 'patch' ? patchTypes : ['*/*'],
      produces,
      schemes: ['https'],
    }),
    parameters: [...queryParameters(verb, about), ...(own ?? []), ...bodyParameter(about, verb)],
    ...requestBody(about, verb),
    responses: own
      ? textAnswers(dialect, produces)
      : answers(answerType(about, verb), dialect, produces, answerCodes[verb]),
    'x-kubernetes-action': actions[verb] ?? verb,
    'x-kubernetes-group-version-kind': {
      group: subresource?.group ?? group,
      kind: subresource?.kind ?? name,
      version: subresource?.version ?? version,
    },
  }
}

function answerType({ kind, typeName }: About, verb: string): string {
  const isStatus = (verb === 'delete' && kind.deleteReturns === 'Status') || verb === 'deletecollection'
  if (isStatus) return `${meta}.Status`
  return verb === 'list' ? `${typeName}List` : typeName
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
  const isRequired = !verb.startsWith('delete')
  const body = content(verb === 'patch' ? patchTypes : ['*/*'], name)
  return { requestBody: { content: body, ...(isRequired && { required: true }) } }
}
