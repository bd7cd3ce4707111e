import type { KindDef } from '#kinds/define'
import { typeNamed } from '#kinds/types'
import { type Dialect, type JsonSchema, schemaOf, typesBelow } from '#schema/openapi'
import { kubernetesVersion } from '#base/kubernetes-version'
import { type PathItem, pathsOf } from './operations.ts'

const info = { title: 'Kubernetes', version: kubernetesVersion.gitVersion }
const bearer = {
  type: 'apiKey',
  description: 'Bearer Token authentication',
  name: 'authorization',
  in: 'header',
}

/** Swagger 2.0 of everything served. */
export async function swaggerDocument(kinds: readonly KindDef[]): Promise<JsonSchema> {
  const paths = kinds.flatMap((kind) => pathsOf(kind, 'v2'))
  return {
    swagger: '2.0',
    info,
    paths: Object.fromEntries(paths),
    definitions: await schemas(kinds, paths, 'v2'),
    securityDefinitions: { BearerToken: bearer },
    security: [{ BearerToken: [] }],
  }
}

/** OpenAPI 3.0 of one group version. */
export async function openApiDocument(kinds: readonly KindDef[]): Promise<JsonSchema> {
  const paths = kinds.flatMap((kind) => pathsOf(kind, 'v3'))
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(paths),
    components: { schemas: await schemas(kinds, paths, 'v3'), securitySchemes: { BearerToken: bearer } },
  }
}

/** Every type that the paths name and all types below them. */
async function schemas(
  kinds: readonly KindDef[],
  paths: readonly PathItem[],
  dialect: Dialect,
): Promise<JsonSchema> {
  // The words take room, which only who asks for them should cost.
  const words = await import('#kinds/descriptions/index')
  const named = JSON.stringify(paths).matchAll(/"\$ref":"[^"]*\/([^"/]+)"/g)
  const roots = new Set(Array.from(named, ([, name]) => name as string))
  const kindNames = groupKinds(kinds)
  const entries = typesBelow(Array.from(roots, typeNamed)).map((type) => {
    const own = kindNames.get(type.name)
    return [
      type.name,
      { ...schemaOf(type, dialect, words), ...(own && { 'x-kubernetes-group-version-kind': own }) },
    ]
  })
  return Object.fromEntries(entries) as JsonSchema
}

/** The kinds that types stand for, objects and lists. */
function groupKinds(kinds: readonly KindDef[]): Map<string, JsonSchema[]> {
  const found = new Map<string, JsonSchema[]>()
  for (const { group, version, kind, typeName } of kinds) {
    if (typeName === undefined) continue
    found.set(typeName, [{ group, kind, version }])
    found.set(`${typeName}List`, [{ group, kind: `${kind}List`, version }])
  }
  return found
}
