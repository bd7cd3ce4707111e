import type { KindDef, SubresourceFacts } from '#kinds/define'
import type { JsonSchema } from '#schema/openapi'
import { textAnswers } from './content.ts'
import { capital, groupTag, operationId } from './operation-names.ts'
import { ownParameters, placeParameters, type Writing } from './parameters.ts'
import { collectionPath, type PathItem } from './paths.ts'

/** The paths of a subresource that one connects to with any of several methods, such as a proxy. */
export function connectPaths(kind: KindDef, subresource: SubresourceFacts, to: Writing): PathItem[] {
  const path = `${collectionPath(kind)}/{name}/${subresource.name}`
  const paths = subresource.pathTail === true ? [path, `${path}/{path}`] : [path]
  return paths.map((one) => [one, item(kind, subresource, to, one)] as const)
}

function item(kind: KindDef, subresource: SubresourceFacts, to: Writing, path: string): JsonSchema {
  const operations = (subresource.connect ?? []).map(
    (method) => [method.toLowerCase(), operation(kind, subresource, to, path, method.toLowerCase())] as const,
  )
  const parameters = [...placeParameters(path, to.dialect), ...(ownParameters(kind, subresource, to) ?? [])]
  return { ...Object.fromEntries(operations), parameters }
}

function operation(
  { group, version, kind }: KindDef,
  subresource: SubresourceFacts,
  { dialect }: Writing,
  path: string,
  method: string,
): JsonSchema {
  const ending = path.endsWith('{path}') ? 'WithPath' : ''
  const name = { group, version, kind, path, subresource: subresource.name, ending }
  return {
    tags: [groupTag(group, version)],
    description: `${method} ${subresource.name} of ${kind}`,
    // The method stands after the group in other names; here the word is one: connect, then get, put and so on.
    operationId: operationId({ ...name, verb: 'connect', version: `${version}${capital(method)}` }),
    ...(dialect === 'v2' && { consumes: ['*/*'], produces: ['*/*'], schemes: ['https'] }),
    responses: textAnswers(dialect),
    'x-kubernetes-action': 'connect',
    'x-kubernetes-group-version-kind': { group, kind: subresource.kind, version },
  }
}
