import { createHash } from 'node:crypto'
import type { HttpRequest, HttpResponse } from '#base/http'
import type { KindDef } from '#kinds/define'
import { valueProtobuf } from '../protobuf.ts'
import { jsonBytes, wantsPretty } from './json-answer.ts'
import type { ServedGroup } from './served.ts'

const formParameters = 'g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** The media types in which the aggregated form is given. */
type AggregatedType = 'application/json' | 'application/vnd.kubernetes.protobuf'
const isGiven = (type: string | undefined): type is AggregatedType =>
  type === 'application/json' || type === 'application/vnd.kubernetes.protobuf'

/** In which media type the client takes the aggregated form before any plain one. Its beta version is no longer given. */
export function aggregatedType(accepted: string | undefined): AggregatedType | undefined {
  for (const one of accepted?.split(',') ?? []) {
    const [type, ...parameters] = one.split(';').map((part) => part.trim())
    if (!isGiven(type)) continue
    const given = new Map(parameters.map((text) => text.split('=', 2) as [string, string]))
    const isOfGroup = given.get('g') === 'apidiscovery.k8s.io' && given.get('v') === 'v2'
    if (given.get('as') === 'APIGroupDiscoveryList' && isOfGroup) return type
    if (!given.has('as')) return undefined
  }
  return undefined
}

/** All groups and resources in one document, with an ETag so that an unchanged one is not sent twice. */
export function aggregatedAnswer(
  request: HttpRequest,
  type: AggregatedType,
  groups: readonly ServedGroup[],
): HttpResponse {
  const document = {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(groupBody),
  }
  const tag = `"${createHash('sha512').update(JSON.stringify(document)).digest('hex').toUpperCase()}"`
  const headers = { etag: tag, vary: 'Accept', 'cache-control': 'public' }
  if (request.headers['if-none-match'] === tag) return { status: 304, headers, body: new Uint8Array(0) }
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': `${type};${formParameters}`,
    },
    body: type === 'application/json' ? jsonBytes(document, wantsPretty(request)) : valueProtobuf(document),
  }
}

const groupBody = (group: ServedGroup) => ({
  metadata: group.name === '' ? {} : { name: group.name },
  versions: group.versions.map(({ version, kinds }) => ({
    version,
    resources: kinds.map(resourceBody),
    freshness: 'Current',
  })),
})

const resourceBody = (kind: KindDef) => ({
  resource: kind.plural,
  responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
  scope: kind.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: kind.singular,
  verbs: kind.verbs,
  ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
  ...(kind.categories.length > 0 && { categories: kind.categories }),
  ...(kind.subresources.length > 0 && {
    subresources: kind.subresources.map((sub) => ({
      subresource: sub.name,
      responseKind: {
        group: sub.group ?? kind.group,
        version: sub.version ?? kind.version,
        kind: sub.kind,
      },
      verbs: sub.verbs,
    })),
  }),
})
