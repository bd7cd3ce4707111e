import { createHash } from 'node:crypto'
import { noRoute } from '#base/errors'
import type { HttpRequest, HttpResponse } from '#base/http'
import type { KindDef } from '#kinds/define'
import type { JsonSchema } from '#schema/openapi'
import type { Route } from '../contract.ts'
import { documentAnswer, readOnly } from '../discovery/json-answer.ts'
import { discoveryPaths } from './discovery-paths.ts'
import { openApiDocument, swaggerDocument } from './document.ts'
import { versionPath } from './paths.ts'
import { swaggerProtobuf } from './swagger-protobuf.ts'

/** A document that is made when it is first asked for, and its hash, which changes when the document does. */
type Lazy = () => Promise<{ readonly value: JsonSchema; readonly hash: string }>

function lazily(make: () => Promise<JsonSchema>): Lazy {
  let made: ReturnType<Lazy> | undefined
  const produce = async () => {
    const value = await make()
    return { value, hash: createHash('sha512').update(JSON.stringify(value)).digest('hex').toUpperCase() }
  }
  return () => (made ??= produce())
}

/** The descriptions of the API: `/openapi/v2` of all, `/openapi/v3` as an index of one document per group version. */
export function openApiRoutes(kinds: readonly KindDef[]): Route[] {
  const described = kinds.filter((kind) => kind.typeName !== undefined)
  const all = lazily(() => swaggerDocument(described))
  const documents = documentsOf(described)
  return [
    {
      path: '/openapi/v2',
      handle: readOnly((request) =>
        request.headers.accept?.includes('proto-openapi.spec.v2') === true
          ? swaggerAnswer(request, all)
          : answer(request, all),
      ),
    },
    {
      path: '/openapi/v3',
      below: true,
      handle: readOnly(async (request) => {
        const path = (request.url.split('?', 1)[0] as string).replace(/^\/openapi\/v3\/?|\/$/g, '')
        if (path === '') return documentAnswer(request, await indexOf(documents))
        const document = documents.get(path)
        if (document === undefined) throw noRoute()
        return answer(request, document)
      }),
    },
  ]
}

/** One document for each group version, and for what tells which there are. */
function documentsOf(kinds: readonly KindDef[]): Map<string, Lazy> {
  const more = Map.groupBy(discoveryPaths(kinds, 'v3'), ([path]) => path)
  const own = Map.groupBy(kinds, (kind) => versionPath(kind).slice(1))
  const paths = [...more.keys()].toSorted()
  return new Map(
    paths.map((path) => {
      const items = (more.get(path) ?? []).map(([, item]) => item)
      return [path, lazily(() => openApiDocument(kinds, own.get(path) ?? [], items))]
    }),
  )
}

async function indexOf(documents: ReadonlyMap<string, Lazy>): Promise<object> {
  const paths: Record<string, object> = {}
  for (const [path, document] of documents) {
    const { hash } = await document()
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }
  }
  return { paths }
}

const swaggerType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/** Swagger 2.0 in protobuf. */
const swaggerAnswer = (request: HttpRequest, document: Lazy) =>
  answer(request, document, 'protobuf', async () => ({
    status: 200,
    headers: { 'content-type': swaggerType },
    body: swaggerProtobuf((await document()).value),
  }))

/** A document, or 304 when the client has this very one; for good where its address tells which one it is. */
async function answer(
  request: HttpRequest,
  document: Lazy,
  form = request.headers.accept?.includes('yaml') === true ? 'yaml' : 'json',
  make = async () => documentAnswer(request, (await document()).value),
): Promise<HttpResponse> {
  // Caches of clients must not take one form for another.
  const { hash } = await document()
  const etag = `"${hash}-${form}"`
  const isPinned = request.url.includes(`hash=${hash}`)
  const headers = {
    etag,
    vary: 'Accept',
    'cache-control': isPinned ? 'public, immutable' : 'no-cache, private',
  }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: new Uint8Array(0) }
  const whole = await make()
  return { ...whole, headers: { ...whole.headers, ...headers } }
}
