import { noRoute } from '#base/errors'
import type { HttpRequest, HttpResponse } from '#base/http'
import type { KindDef } from '#kinds/define'
import type { Route } from '../contract.ts'
import { documentAnswer, readOnly } from '../discovery/json-answer.ts'
import { servedGroups } from '../discovery/served.ts'
import { compatGroups } from './groups.ts'

const encoder = new TextEncoder()

/** The paths of Kubernetes 1.3 that have gone since: `/swaggerapi/` and `/ui/`. */
export function compatRoutes(kinds: readonly KindDef[]): Route[] {
  return [
    { path: '/swaggerapi/', below: true, handle: readOnly((request) => swagger(request, kinds)) },
    { path: '/ui/', below: true, handle: readOnly(async () => dashboard) },
  ]
}

/** Swagger 1.2: the list of API declarations, or one of them. */
async function swagger(request: HttpRequest, kinds: readonly KindDef[]): Promise<HttpResponse> {
  const path = (request.url.split('?', 1)[0] as string).replace(/^\/swaggerapi/, '').replace(/\/$/, '')
  const versions = servedGroups(kinds, compatGroups).flatMap((group) =>
    group.versions.map((one) => ({
      path: group.name === '' ? `/api/${one.version}` : `/apis/${one.groupVersion}`,
      served: one,
    })),
  )
  if (path === '') {
    const apis = versions.map((one) => ({ path: one.path, description: `API at ${one.path}` }))
    return documentAnswer(request, {
      swaggerVersion: '1.2',
      apis,
      apiVersion: '',
      info: { title: '', description: '' },
    })
  }
  const found = versions.find((one) => one.path === path)
  if (!found) throw noRoute()
  return documentAnswer(request, {
    swaggerVersion: '1.2',
    apiVersion: found.served.groupVersion,
    basePath: `http://${request.headers.host ?? 'localhost'}`,
    resourcePath: path,
    info: { title: '', description: '' },
    apis: found.served.kinds.flatMap((kind) => kindApis(path, kind)),
    models: {},
  })
}

const methods: Readonly<Record<string, string>> = {
  get: 'GET',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  list: 'GET',
  create: 'POST',
  deletecollection: 'DELETE',
}

function kindApis(base: string, kind: KindDef) {
  const collection = `${base}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`
  const group = (path: string, verbs: readonly string[]) => ({
    path,
    description: `API at ${base}`,
    operations: kind.verbs
      .filter((verb) => verbs.includes(verb))
      .map((verb) => ({
        type: verb === 'list' ? `${kind.version}.${kind.kind}List` : `${kind.version}.${kind.kind}`,
        method: methods[verb],
        nickname: `${verb}${kind.kind}`,
        parameters: [],
      })),
  })
  return [
    group(collection, ['list', 'create', 'deletecollection']),
    group(`${collection}/{name}`, ['get', 'update', 'patch', 'delete']),
  ]
}

const dashboard: HttpResponse = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: encoder.encode(
    '<!doctype html><meta charset="utf-8"><title>kubeling</title><p>No dashboard is installed. The API is at <a href="/api">/api</a> and <a href="/apis">/apis</a>.</p>\n',
  ),
}
