import type { KindDef } from '#kinds/define'
import type { JsonSchema } from '#schema/openapi'
import { answers, answerTypes } from './content.ts'
import { groupTag, operationId } from './operation-names.ts'
import { pathParameters, queryParameters, type Writing } from './parameters.ts'
import { collectionPath, type PathItem } from './paths.ts'

/** The paths below `/watch/`, by which older clients watch: all namespaces, a collection and one object. */
export function watchPaths(kind: KindDef, to: Writing): PathItem[] {
  if (!kind.verbs.includes('watch')) return []
  const all = collectionPath(kind, false, '/watch')
  const collection = collectionPath(kind, kind.namespaced, '/watch')
  return [
    ...(kind.namespaced ? [item(kind, to, all, 'watchlist', 'ListForAllNamespaces')] : []),
    item(kind, to, collection, 'watchlist', 'List'),
    item(kind, to, `${collection}/{name}`, 'watch', ''),
  ]
}

function item({ group, version, kind }: KindDef, to: Writing, path: string, verb: string, ending: string) {
  const produces = answerTypes(true)
  const operation: JsonSchema = {
    tags: [groupTag(group, version)],
    description: `watch ${kind}: older than the parameter "watch" of a list, which does the same`,
    operationId: operationId({ verb, group, version, kind, path, ending }),
    ...(to.dialect === 'v2' && { consumes: ['*/*'], produces, schemes: ['https'] }),
    responses: answers('io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent', to.dialect, produces),
    'x-kubernetes-action': verb,
    'x-kubernetes-group-version-kind': { group, kind, version },
  }
  const parameters = [...pathParameters(path, to.dialect), ...queryParameters('list', to)]
  return [path, { get: operation, parameters }] as const
}
