import { createHash } from 'node:crypto'
import type { HttpRequest, HttpResponse } from '#base/http'
import type { KindDef } from '#kinds/define'
import { jsonBytes, wantsPretty } from './json-answer.ts'
import type { ServedGroup } from './served.ts'

/** The versions of the aggregated form that a client may ask for, newest first. */
const forms = ['v2', 'v2beta1'] as const
type Form = (typeof forms)[number]

/** Which aggregated form the client takes before plain JSON, if any. */
export function aggregatedForm(accepted: string | undefined): Form | undefined {
  if (accepted === undefined) return undefined
  for (const one of accepted.split(',')) {
    const [type, ...parameters] = one.split(';').map((part) => part.trim())
    if (type !== 'application/json') continue
    const given = new Map(parameters.map((text) => text.split('=', 2) as [string, string]))
    const form = forms.find((version) => version === given.get('v'))
    if (given.get('as') === 'APIGroupDiscoveryList' && given.get('g') === 'apidiscovery.k8s.io' && form)
      return form
    if (!given.has('as')) return undefined
  }
  return undefined
}

/** All groups and resources in one document, with an ETag so that an unchanged one is not sent twice. */
export function aggregatedAnswer(
  request: HttpRequest,
  form: Form,
  groups: readonly ServedGroup[],
): HttpResponse {
  const document = {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${form}`,
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
      'content-type': `application/json;g=apidiscovery.k8s.io;v=${form};as=APIGroupDiscoveryList`,
    },
    body: jsonBytes(document, wantsPretty(request)),
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
