import type { KindDef } from '#kinds/define'
import { typeNamed } from '#kinds/types'
import { type Dialect, type JsonSchema, schemaOf, typesBelow } from '#schema/openapi'
import { kubernetesVersion } from '#base/kubernetes-version'
import { discoveryPaths } from './discovery-paths.ts'
import { kindNames } from './kind-names.ts'
import { pathsOf } from './operations.ts'
import type { Writing } from './parameters.ts'
import type { PathItem } from './paths.ts'

const info = { title: 'Kubernetes', version: kubernetesVersion.gitVersion }
const bearer = {
  type: 'apiKey',
  description: 'Bearer Token authentication',
  name: 'authorization',
  in: 'header',
}

// The words take room, which only who asks for them should cost.
const writing = async (dialect: Dialect): Promise<Writing> => ({
  dialect,
  words: await import('#kinds/descriptions/index'),
})

/** Swagger 2.0 of everything served. */
export async function swaggerDocument(kinds: readonly KindDef[]): Promise<JsonSchema> {
  const to = await writing('v2')
  const paths = [
    ...discoveryPaths(kinds, 'v2').map(([, item]) => item),
    ...kinds.flatMap((kind) => pathsOf(kind, to)),
  ]
  return {
    swagger: '2.0',
    info,
    paths: Object.fromEntries(paths),
    definitions: schemas(kinds, paths, to),
    securityDefinitions: { BearerToken: bearer },
    security: [{ BearerToken: [] }],
  }
}

/** OpenAPI 3.0 of some of the kinds served, those of one group version, and of a few paths more. */
export async function openApiDocument(
  kinds: readonly KindDef[],
  own: readonly KindDef[],
  more: readonly PathItem[],
): Promise<JsonSchema> {
  const to = await writing('v3')
  const paths = [...more, ...own.flatMap((kind) => pathsOf(kind, to))]
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(paths),
    components: { schemas: schemas(kinds, paths, to), securitySchemes: { BearerToken: bearer } },
  }
}

/** Every type that the paths name and all types below them. */
function schemas(
  kinds: readonly KindDef[],
  paths: readonly PathItem[],
  { dialect, words }: Writing,
): JsonSchema {
  const named = JSON.stringify(paths).matchAll(/"\$ref":"[^"]*\/([^"/]+)"/g)
  const roots = new Set(Array.from(named, ([, name]) => name as string))
  const names = kindNames(kinds)
  const entries = typesBelow(Array.from(roots, typeNamed)).map((type) => {
    const own = names.get(type.name)
    return [
      type.name,
      { ...schemaOf(type, dialect, words), ...(own && { 'x-kubernetes-group-version-kind': own }) },
    ]
  })
  return Object.fromEntries(entries) as JsonSchema
}
