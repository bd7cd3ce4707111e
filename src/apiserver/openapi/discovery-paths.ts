import type { KindDef } from '#kinds/define'
import type { Dialect, JsonSchema } from '#schema/openapi'
import { answers } from './content.ts'
import { capital, groupTag, groupWord } from './operation-names.ts'
import { type PathItem, versionPath } from './paths.ts'

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** The path of a document of OpenAPI 3.0, and what it describes beside kinds. */
type Part = readonly [document: string, item: PathItem]

/** The paths that tell what is served, with the document of OpenAPI 3.0 that each belongs to. */
export function discoveryPaths(kinds: readonly KindDef[], dialect: Dialect): Part[] {
  const groups = new Set(kinds.map(({ group }) => group))
  const versions = new Map(kinds.map((kind) => [versionPath(kind), kind]))
  return [
    ['apis', reading('/apis/', 'apis', 'getAPIVersions', `${meta}.APIGroupList`, dialect)],
    ['version', versionItem(dialect)],
    ...Array.from(groups, (group) => groupPart(group, dialect)),
    ...Array.from(versions, ([path, kind]) => versionPart(path, kind, dialect)),
  ]
}

function groupPart(group: string, dialect: Dialect): Part {
  const word = groupWord(group)
  if (group === '') {
    return ['api', reading('/api/', word, 'getCoreAPIVersions', `${meta}.APIVersions`, dialect)]
  }
  const item = reading(`/apis/${group}/`, word, `get${capital(word)}APIGroup`, `${meta}.APIGroup`, dialect)
  return [`apis/${group}`, item]
}

function versionPart(path: string, { group, version }: KindDef, dialect: Dialect): Part {
  const id = `get${capital(groupWord(group))}${capital(version)}APIResources`
  const tag = groupTag(group, version)
  return [path.slice(1), reading(`${path}/`, tag, id, `${meta}.APIResourceList`, dialect)]
}

function versionItem(dialect: Dialect): PathItem {
  const type = 'io.k8s.apimachinery.pkg.version.Info'
  return reading('/version/', 'version', 'getCodeVersion', type, dialect, ['application/json'])
}

/** A path that is only read. */
function reading(
  path: string,
  tag: string,
  operationId: string,
  type: string,
  dialect: Dialect,
  // Discovery is not given in protobuf.
  produces = ['application/json', 'application/yaml'],
): PathItem {
  const get: JsonSchema = {
    tags: [tag],
    description: 'tell what is served',
    operationId,
    ...(dialect === 'v2' && { consumes: produces, produces, schemes: ['https'] }),
    responses: answers(type, dialect, produces),
  }
  return [path, { get }]
}
