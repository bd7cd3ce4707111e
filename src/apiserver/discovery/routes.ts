import type { HttpRequest, HttpResponse } from '#base/http'
import type { KindDef } from '#kinds/define'
import type { Route } from '../contract.ts'
import { aggregatedAnswer, aggregatedType } from './aggregated.ts'
import { documentAnswer, readOnly } from './json-answer.ts'
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy.ts'
import { type ExtraGroups, type ServedGroup, servedGroups } from './served.ts'

/** The discovery routes: `/api`, `/apis` and, below them, one for each group and version. */
export function discoveryRoutes(
  kinds: readonly KindDef[],
  serverAddress: string,
  extra: ExtraGroups = {},
): Route[] {
  const all = servedGroups(kinds, extra)
  const core = all.filter(({ name }) => name === '')
  const named = all.filter(({ name }) => name !== '')
  const coreVersions = core.flatMap(({ versions }) => versions)
  const names = coreVersions.map(({ version }) => version)
  return [
    { path: '/api', handle: either(core, apiVersions(names, serverAddress)) },
    { path: '/apis', handle: either(named, apiGroupList(named)) },
    ...coreVersions.map((one) => document(`/api/${one.version}`, apiResourceList(one))),
    ...named.flatMap((group) => [
      document(`/apis/${group.name}`, apiGroup(group)),
      ...group.versions.map((one) => document(`/apis/${one.groupVersion}`, apiResourceList(one))),
    ]),
  ]
}

const document = (path: string, body: object): Route => ({
  path,
  handle: readOnly((request) => documentAnswer(request, body)),
})

/** The aggregated form for those who ask for it, the old one for the rest. */
function either(groups: readonly ServedGroup[], old: object) {
  return readOnly(async (request: HttpRequest): Promise<HttpResponse> => {
    const type = aggregatedType(request.headers.accept)
    if (type !== undefined) return aggregatedAnswer(request, type, groups)
    const answer = await documentAnswer(request, old)
    return { ...answer, headers: { ...answer.headers, vary: 'Accept' } }
  })
}
